package org.kiln.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.guard.PluginGuards;
import org.kiln.core.stream.StreamCensus;
import org.kiln.launch.Launcher;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** The plugins of a node as a whole: wires the parts, and brings back what was installed. */
public final class PluginSystem implements AutoCloseable {
  private final BundleContext context;
  private final Plugins plugins;
  private final PluginRoutes routes;
  private final Optional<DropIn> dropIn;
  private final Runnable started;
  private final Thread starter;

  /**
   * What can be set.
   *
   * @param directory where jars, state and history lie
   * @param home where the distribution lies
   * @param dropIn a folder whose jars are installed as they come and go
   * @param accepted SHA-256 of the only jars let in; empty for any
   * @param patienceMs milliseconds a plugin has to start or stop, and again to be well
   */
  public record Settings(
      Path directory, Path home, Optional<Path> dropIn, Set<String> accepted, long patienceMs) {}

  /**
   * Brings the framework in line with what is remembered; starts plugins once the node is up.
   *
   * @param started is called when all plugins were started that are to run
   * @throws IOException when the directory cannot be used
   */
  public PluginSystem(
      BundleContext context,
      ServiceComponentRuntime components,
      PluginGuards guards,
      Supplier<Optional<StreamCensus>> census,
      InstantSource clock,
      Settings settings,
      Runnable started)
      throws IOException {
    this.context = context;
    this.started = started;
    ApiVersions api = new ApiVersions(context);
    Bundles bundles = new Bundles(context, api, settings.patienceMs());
    PluginDirectory shelf = new PluginDirectory(settings.directory());
    Shipped shipped = Shipped.read(settings.home());
    Offers offers = new Offers(context, guards);
    Gate gate = new Gate(context, components, guards, offers, settings.patienceMs());
    Inventory inventory = new Inventory(shelf, shipped);
    History history = new History(shelf, clock);
    Dependants dependants = new Dependants(census);
    Admission admission =
        new Admission(
            new StaticChecks(settings.accepted()), new Needs(context, api), offers, shipped);
    Swap swap = new Swap(bundles, shelf, inventory, offers, gate);
    plugins =
        new Plugins(
            bundles, shelf, shipped, inventory, admission, swap, offers, gate, dependants, history);
    new Recovery(bundles, shelf, shipped, inventory, history).run();
    routes =
        new PluginRoutes(
            plugins, shelf, new Listing(bundles, shelf, shipped, offers, gate, guards, dependants));
    if (settings.dropIn().isPresent()) {
      Files.createDirectories(settings.dropIn().get());
    }
    dropIn = settings.dropIn().map(folder -> new DropIn(folder, plugins));
    starter = Thread.ofPlatform().daemon().name("kiln-plugins-start").start(this::startWhenUp);
  }

  private void startWhenUp() {
    FrameworkStartLevel level =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
    int up = Launcher.of(context).startLevel();
    try {
      while (level.getStartLevel() < up) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      return;
    }
    plugins.startAll();
    started.run();
    dropIn.ifPresent(DropIn::start);
  }

  /** The routes to register. */
  public List<HttpRoute> routes() {
    return routes.routes();
  }

  @Override
  public void close() {
    starter.interrupt();
    dropIn.ifPresent(DropIn::close);
  }
}
