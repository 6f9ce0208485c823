package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.kiln.launch.Launcher;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code kiln daemon}: runs the node until it is told to stop. */
final class Daemon {
  private static final long READY_TIMEOUT_MS = 30_000;
  private static final long STOP_TIMEOUT_MS = 20_000;

  private final Path home;
  private final PrintStream out;
  private Configuration configuration;

  Daemon(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  /** Runs; comes back when the node has stopped. */
  int run() throws RefusedException, InterruptedException {
    HostPort address = configuration.httpAddress();
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      UnfinishedImport.refuse(data.path(), configuration.get("network"));
      refusePortInUse(address);
      data.belongTo(configuration.get("network"));
      configuration = StoreRecord.settle(configuration);
      List<String> openToOthers = closeToOthers(data);
      LogConfigurator.use(data.logs(), configuration);
      Logger log = LoggerFactory.getLogger(Daemon.class);
      log.info("Kiln {} starts on Java {}", Version.current(), Runtime.version());
      openToOthers.forEach(log::warn);
      writeState(data, address, "starting");
      FirstOperator operator = FirstOperator.of(data);
      Platform platform = start(data);
      if (awaitReady(platform, address)) {
        StoreRecord.remember(configuration);
        writeState(data, address, "ready");
        log.info("Ready on {}, {} ms after the JVM's start", address, sinceJvmStart());
        banner(address, data.path());
        operator.show(platform, out);
        warnOfAnchors(log);
      } else if (platform.framework().getState() == Bundle.ACTIVE) {
        log.warn(
            "The node runs, but its health check at {} does not answer 200. {} may say why",
            address,
            data.logs().resolve("kiln.log"));
        warnOfMissingStore(platform, log);
      }
      platform.awaitStop();
      platform.launched().throwIfRefused();
      log.info("Stopped");
      return Exit.OK;
    }
  }

  private static List<String> closeToOthers(DataDirectory data) throws RefusedException {
    try {
      return PrivateFiles.close(data.path());
    } catch (IOException e) {
      throw RefusedException.storage("Cannot write to " + data.path() + ": " + e);
    }
  }

  /** A store that a plugin brings is known by its name only when the plugin is there. */
  private void warnOfMissingStore(Platform platform, Logger log) {
    String backend = configuration.get("store.backend");
    try {
      BundleContext context = platform.framework().getBundleContext();
      if (context != null
          && context.getAllServiceReferences(
                  "org.kiln.api.store.StoreBackend", "(store.backend=" + backend + ")")
              == null) {
        log.warn(
            "Nothing here offers the store {}: set store.backend to xodus, or install the plugin"
                + " that brings it with 'kiln plugin install'",
            backend);
        out.println("There is no store " + backend + "; install the plugin that brings it.");
        out.flush();
      }
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("store.backend is a plain word", e);
    }
  }

  /** The HTTP face answers before all is started: a signal may come at any time. */
  private Platform start(DataDirectory data) throws RefusedException {
    CompletableFuture<Platform> starting = new CompletableFuture<>();
    stopOnSignal(starting, data);
    try {
      Platform platform = Platform.start(home, configuration, Launcher.NODE_LEVEL);
      starting.complete(platform);
      return platform;
    } finally {
      starting.cancel(false); // does nothing to a start that went well
    }
  }

  /** Felix would only log it; the operator wants to be told. */
  private static void refusePortInUse(HostPort address) throws RefusedException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
    } catch (UnknownHostException e) {
      throw RefusedException.configuration(
          "http.address: there is no host called " + address.host() + ".");
    } catch (IOException e) {
      throw RefusedException.configuration(
          "Cannot listen on "
              + address
              + ": "
              + e.getMessage()
              + ". Stop what listens there, or choose another with --http HOST:PORT.");
    }
  }

  private void writeState(DataDirectory data, HostPort address, String state)
      throws RefusedException {
    Properties properties = new Properties();
    properties.setProperty("pid", Long.toString(ProcessHandle.current().pid()));
    properties.setProperty("http", address.reachable().toString());
    if (Tls.wanted(configuration)) {
      properties.setProperty("certificate", configuration.file("http.tls-certificate").toString());
    }
    properties.setProperty("version", Version.current());
    properties.setProperty("network", configuration.get("network"));
    properties.setProperty("started", Instant.ofEpochMilli(jvmStart()).toString());
    properties.setProperty("state", state);
    properties.setProperty(
        RunningNode.KEYS,
        BackupSource.keys(configuration).stream()
            .map(Path::toString)
            .collect(Collectors.joining("\n")));
    try {
      data.writeState(properties);
    } catch (IOException e) {
      throw RefusedException.storage("Cannot write to " + data.path() + ": " + e.getMessage());
    }
  }

  /** On SIGTERM and SIGINT: an orderly stop, and exit code 0 rather than the JVM's 143. */
  private static void stopOnSignal(CompletableFuture<Platform> starting, DataDirectory data) {
    AtomicBoolean once = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  Platform platform = started(starting);
                  if (platform == null
                      || platform.framework().getState() == Bundle.RESOLVED
                      || !once.compareAndSet(false, true)) {
                    return;
                  }
                  boolean clean = platform.stop(STOP_TIMEOUT_MS);
                  data.close();
                  Runtime.getRuntime().halt(clean ? Exit.OK : Exit.FAILURE);
                },
                "kiln-stop"));
  }

  /** The platform once it has started; null when it has not. */
  private static Platform started(CompletableFuture<Platform> starting) {
    try {
      return starting.get(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      return null;
    }
  }

  private boolean awaitReady(Platform platform, HostPort address)
      throws RefusedException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_TIMEOUT_MS);
    while (System.nanoTime() < end) {
      refuseFailure(platform);
      if (platform.framework().getState() != Bundle.ACTIVE) {
        return false;
      }
      try {
        if (LocalHttp.get(place(address), "/api/v0/node/healthcheck", 2_000).status() == 200) {
          // Parts that start on threads of their own may have failed since.
          refuseFailure(platform);
          return true;
        }
      } catch (IOException e) {
        LoggerFactory.getLogger(Daemon.class).debug("Not ready yet: {}", e.getMessage());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return false;
  }

  private static void refuseFailure(Platform platform) throws RefusedException {
    try {
      platform.launched().throwIfRefused();
    } catch (RefusedException e) {
      platform.stop(STOP_TIMEOUT_MS);
      throw e;
    }
  }

  private void banner(HostPort address, Path data) {
    out.println("Kiln " + Version.current() + " is ready after " + sinceJvmStart() + " ms");
    String scheme = Tls.wanted(configuration) ? "https://" : "http://";
    out.println("  API      " + scheme + address + "/api/v0");
    out.println("  Network  " + configuration.get("network"));
    out.println(
        "  Data     "
            + data
            + " ("
            + configuration.get("store.backend")
            + ", logs in logs/kiln.log)");
    out.println("  Stop     Ctrl-C, or kill " + ProcessHandle.current().pid());
    out.flush();
  }

  private LocalHttp.Place place(HostPort address) {
    return new LocalHttp.Place(
        address.reachable(),
        Tls.wanted(configuration) ? configuration.file("http.tls-certificate") : null);
  }

  /** Requests that nobody will ever anchor: the operator hears of it before the clients do. */
  private void warnOfAnchors(Logger log) {
    try {
      String obstacle =
          AdminConnection.to(configuration).ask("GET", "/admin/anchor").get("obstacle");
      if (obstacle != null) {
        log.warn(obstacle);
      }
    } catch (RefusedException e) {
      log.debug("How anchoring stands cannot be asked: {}", e.getMessage());
    }
  }

  private static long jvmStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(Instant::toEpochMilli)
        .orElseGet(System::currentTimeMillis);
  }

  private static long sinceJvmStart() {
    return System.currentTimeMillis() - jvmStart();
  }
}
