package org.kiln.core.node.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.kiln.core.node.Startup;
import org.kiln.launch.Launcher;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start is over when the framework has started all bundles and the tasks of the start are done.
 * One that hangs, such as a plugin's, is waited for a while only: it does not keep the node from
 * those who need nothing of it.
 */
@Component(service = Startup.class)
public final class FrameworkStartup implements Startup {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(FrameworkStartup.class);

  private final int level;
  private final IntSupplier reached;
  private final LongSupplier nanoTime;
  private final List<Task> tasks = new CopyOnWriteArrayList<>();
  private volatile boolean over;
  private Long startedNanos;

  /** Of that framework. */
  @Activate
  public FrameworkStartup(BundleContext context) {
    this(
        Launcher.of(context).startLevel(),
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class)
            ::getStartLevel,
        System::nanoTime);
  }

  /** With another clock. */
  FrameworkStartup(int level, IntSupplier reached, LongSupplier nanoTime) {
    this.level = level;
    this.reached = reached;
    this.nanoTime = nanoTime;
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindTask(Task task) {
    tasks.add(task);
  }

  void unbindTask(Task task) {
    tasks.remove(task);
  }

  @Override
  public Optional<String> pending() {
    return over ? Optional.empty() : look();
  }

  private synchronized Optional<String> look() {
    if (over) {
      return Optional.empty();
    }
    if (reached.getAsInt() < level) {
      return Optional.of("its bundles");
    }
    if (startedNanos == null) {
      startedNanos = nanoTime.getAsLong();
    }
    String waitedFor = tasks.stream().map(Task::name).distinct().collect(Collectors.joining(", "));
    if (!waitedFor.isEmpty()) {
      if (nanoTime.getAsLong() - startedNanos < PATIENCE.toNanos()) {
        return Optional.of(waitedFor);
      }
      LOG.warn(
          "The node serves without {}, which did not come within {} s",
          waitedFor,
          PATIENCE.toSeconds());
    }
    over = true;
    return Optional.empty();
  }
}
