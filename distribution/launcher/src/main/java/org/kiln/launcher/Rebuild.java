package org.kiln.launcher;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * {@code kiln rebuild}: throws the derived states away and derives them anew from the event log.
 * The framework starts without the HTTP face; the work is done by the service with {@code
 * kiln.task=rebuild}.
 */
final class Rebuild {
  /** Below the HTTP face. */
  private static final int LEVEL_WITHOUT_HTTP = 40;

  private final Path home;
  private final Configuration configuration;
  private final PrintStream out;

  Rebuild(Path home, Configuration configuration, PrintStream out) {
    this.home = home;
    this.configuration = configuration;
    this.out = out;
  }

  int run() throws RefusedException, InterruptedException {
    try (DataDirectory data = DataDirectory.open(configuration.dataDirectory())) {
      data.belongTo(configuration.get("network"));
      Configuration settled = StoreRecord.settle(configuration);
      LogConfigurator.use(data.logs(), configuration);
      Platform platform = Platform.start(home, settled, LEVEL_WITHOUT_HTTP);
      try {
        out.println(Tasks.find(platform, "rebuild").apply(new ProgressBar(out, "events")));
        return Exit.OK;
      } catch (RuntimeException e) {
        throw new RefusedException(code(e), "The rebuild failed: " + e.getMessage());
      } finally {
        platform.stop(60_000);
      }
    }
  }

  /** Launcher and bundles share no class. */
  private static int code(RuntimeException e) {
    return e.getClass().getName().equals("org.kiln.api.store.StoreException")
        ? Exit.STORAGE
        : Exit.FAILURE;
  }
}
