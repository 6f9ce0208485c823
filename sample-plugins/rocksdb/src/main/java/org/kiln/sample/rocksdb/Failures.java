package org.kiln.sample.rocksdb;

import java.nio.file.Path;
import java.util.Locale;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB says, for operators. */
final class Failures {
  private Failures() {}

  static StoreException of(Path directory, String done, RocksDBException e) {
    Kind kind = kind(e);
    String advice =
        switch (kind) {
          case LOCKED -> " Another process has it open; stop that one first.";
          case FULL -> " The disk is full; nothing was written. Make space.";
          case CORRUPT -> " Its files are damaged; restore a copy.";
          default -> "";
        };
    return new StoreException(
        kind,
        "The store in " + directory + " cannot be " + done + ": " + e.getMessage() + "." + advice,
        e);
  }

  static StoreException closed(Path directory) {
    return new StoreException(Kind.CLOSED, "The store in " + directory + " is closed", null);
  }

  private static Kind kind(RocksDBException e) {
    Status status = e.getStatus();
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
      return Kind.FULL;
    }
    if (message.contains("no space left")) {
      return Kind.FULL;
    }
    if (message.contains("lock ") && message.contains("/lock")) {
      return Kind.LOCKED;
    }
    return status != null && status.getCode() == Status.Code.Corruption ? Kind.CORRUPT : Kind.IO;
  }
}
