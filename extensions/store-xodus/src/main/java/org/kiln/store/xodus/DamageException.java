package org.kiln.store.xodus;

import java.nio.file.Path;
import java.util.Locale;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.log.LogUtil;

/** What lies in a log file is not what was written there. */
final class DamageException extends ExodusException {
  private static final long serialVersionUID = 1L;

  DamageException(String message) {
    super(message);
  }

  /** Bytes of a file that have changed. */
  static DamageException changed(Path file, long offset, long bytes) {
    return new DamageException(
        String.format(
            Locale.ROOT,
            "%s: the %d bytes from offset %d on are not what was written",
            file.getFileName(),
            bytes,
            offset));
  }

  /** The name of the file with this part of the log. */
  static String fileName(long address) {
    return LogUtil.getLogFilename(address);
  }
}
