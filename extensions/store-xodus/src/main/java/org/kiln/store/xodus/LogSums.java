package org.kiln.store.xodus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The checksums of a store's log files; those used last stay in memory. Thread-safe. */
final class LogSums {
  /** 16 KiB each for log files of 16 MiB. */
  private static final int MAX_IN_MEMORY = 256;

  private final Path directory;
  private final long fileBytes;
  private volatile long failedFrom = Long.MAX_VALUE;
  private final Map<Long, PageSums> used =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, PageSums> eldest) {
          return size() > MAX_IN_MEMORY;
        }
      };

  /**
   * Of the store in a directory.
   *
   * @param fileBytes how long a log file becomes
   */
  LogSums(Path directory, long fileBytes) {
    this.directory = directory;
    this.fileBytes = fileBytes;
  }

  long fileBytes() {
    return fileBytes;
  }

  /** A write at that address failed: nobody knows what is in the files from there on. */
  void failed(long address) {
    failedFrom = Math.min(failedFrom, address);
  }

  /** A write went to the end of what was there: all of it is in the files again. */
  void succeeded() {
    if (failedFrom != Long.MAX_VALUE) {
      failedFrom = Long.MAX_VALUE;
    }
  }

  /** The address of the first write that failed; nothing from there on belongs to a state. */
  long failedFrom() {
    return failedFrom;
  }

  Path logFile(long address) {
    return directory.resolve(DamageException.fileName(address));
  }

  /** Those of the log file that begins at an address. */
  synchronized PageSums of(long address) {
    return used.computeIfAbsent(address, a -> PageSums.read(logFile(a), fileBytes));
  }

  /** The log file is about to be deleted. */
  synchronized void forget(long address) {
    used.remove(address);
    try {
      Files.deleteIfExists(PageSums.besides(logFile(address)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
