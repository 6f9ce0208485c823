package org.kiln.rehearsal.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kiln.core.node.Startup;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StreamFace;
import org.kiln.rehearsal.Rehearsal;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rehearses when everything has started, and again when the face comes anew: its code is another
 * one then. Nothing of it is left when it is deactivated.
 */
@Component(
    configurationPid = RehearsalComponent.PID,
    service = {},
    immediate = true)
@Designate(ocd = RehearsalComponent.Config.class)
public final class RehearsalComponent {
  static final String PID = "org.kiln.rehearsal";

  @ObjectClassDefinition(name = "Kiln rehearsal")
  @interface Config {
    @AttributeDefinition(
        description =
            "Seconds after the start in which sessions are played through on a store that is thrown"
                + " away; 0 for none.")
    int seconds() default 5;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RehearsalComponent.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TO_END = Duration.ofSeconds(5);
  private static final long POLL_MS = 20;

  private final Startup startup;
  private final Duration time;
  private final Rehearsal rehearsal;
  private final CountDownLatch leaving = new CountDownLatch(1);
  private final Thread thread;

  /** For SCR, which wants component classes and their constructors public. */
  @Activate
  public RehearsalComponent(
      BundleContext context,
      Config config,
      @Reference ScratchStreams scratch,
      @Reference StreamFace face,
      @Reference Startup startup) {
    this.startup = startup;
    this.time = Duration.ofSeconds(config.seconds());
    this.rehearsal = new Rehearsal(scratch, face, new HiddenStage(context));
    this.thread = Thread.ofPlatform().name("kiln-rehearsal").daemon().unstarted(this::rehearse);
    if (time.isPositive()) {
      thread.start();
    }
  }

  /** When everything has started: before that it would only make the start slower. */
  private void rehearse() {
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (startup.pending().isPresent() && System.nanoTime() < end) {
        if (leaving.await(POLL_MS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      rehearsal.run(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      // The node stops, and its classes go; or its disk is full: nothing depends on a rehearsal.
      LOG.debug("No rehearsal", e);
    }
  }

  /** Waits for its threads: what they use, and the scratch store, go after this. */
  @Deactivate
  void deactivate() throws InterruptedException {
    leaving.countDown();
    rehearsal.stop();
    if (thread.isAlive() && !thread.join(TO_END)) {
      rehearsal.cut();
      if (!thread.join(TO_END)) {
        LOG.warn("The rehearsal does not end; it holds on to {}", thread);
      }
    }
  }
}
