package org.kiln.store.xodus;

import java.util.Map;
import java.util.TreeSet;
import jetbrains.exodus.env.EnvironmentConfig;

/**
 * The backend's settings, from the strings of a store's specification.
 *
 * @param cacheMib {@code cache-mib}: memory for pages of the log files, MiB; 8 to 65536, default 48
 * @param fileMib {@code file-mib}: size of one log file, MiB; 16 to 1024, default 16. The cleaner
 *     works on one file at a time and holds up writers meanwhile; must not be changed afterwards
 * @param pageKib {@code page-kib}: what is read from the disk at once, KiB; 4 to 64, default 16.
 *     Must not be changed afterwards
 * @param minUtilizationPercent {@code min-utilization-percent}: the cleaner works when less of the
 *     log files than this is of use; 0 switches it off, default 40
 */
record XodusSettings(int cacheMib, int fileMib, int pageKib, int minUtilizationPercent) {
  private static final String CACHE = "cache-mib";
  private static final String FILE = "file-mib";
  private static final String PAGE = "page-kib";
  private static final String UTILIZATION = "min-utilization-percent";

  /** A transaction of the cleaner ends after this time, between files. */
  private static final int CLEANER_TRANSACTION_MS = 50;

  static XodusSettings of(Map<String, String> settings) {
    TreeSet<String> unknown = new TreeSet<>(settings.keySet());
    XodusSettings read =
        new XodusSettings(
            number(settings, unknown, CACHE, 48, 8, 65536),
            number(settings, unknown, FILE, 16, 16, 1024),
            number(settings, unknown, PAGE, 16, 4, 64),
            number(settings, unknown, UTILIZATION, 40, 0, 90));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("The xodus store has no settings " + unknown);
    }
    return read;
  }

  private static int number(
      Map<String, String> settings,
      TreeSet<String> unknown,
      String name,
      int byDefault,
      int min,
      int max) {
    unknown.remove(name);
    String text = settings.get(name);
    if (text == null) {
      return byDefault;
    }
    if (!text.matches("[0-9]{1,6}")
        || Integer.parseInt(text) < min
        || Integer.parseInt(text) > max) {
      throw new IllegalArgumentException(
          "The xodus store's setting " + name + " must be a number from " + min + " to " + max);
    }
    return Integer.parseInt(text);
  }

  EnvironmentConfig config() {
    EnvironmentConfig config = new EnvironmentConfig();
    config.setMemoryUsage((long) cacheMib << 20);
    // A cache of its own is bounded by our setting alone, and goes when the store is closed.
    config.setLogCacheShared(false);
    config.setLogCachePageSize(pageKib << 10);
    config.setLogFileSize((long) fileMib << 10);
    config.setLogDurableWrite(true);
    config.setGcEnabled(minUtilizationPercent > 0);
    config.setGcMinUtilization(Math.max(1, minUtilizationPercent));
    config.setGcTransactionTimeout(CLEANER_TRANSACTION_MS);
    config.setManagementEnabled(false);
    config.setEnvGatherStatistics(false);
    config.setEnvMonitorTxnsExpirationTimeout(0);
    config.setLogAllowRamDisk(true);
    return config;
  }
}
