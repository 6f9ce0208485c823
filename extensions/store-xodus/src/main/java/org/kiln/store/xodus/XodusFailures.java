package org.kiln.store.xodus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import jetbrains.exodus.OutOfDiskSpaceException;
import jetbrains.exodus.crypto.InvalidCipherParametersException;
import jetbrains.exodus.env.EnvironmentClosedException;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;

/** Says in our terms what Xodus complains of. */
final class XodusFailures {
  private XodusFailures() {}

  static StoreException onOpen(Path directory, Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    if (text.contains("acquire environment lock")) {
      return locked(directory, failure);
    }
    if (text.contains("Memory usage cannot be greater")) {
      return tooLarge(directory, failure);
    }
    return of(directory, failure, "opened");
  }

  static StoreException onRead(Path directory, Throwable failure) {
    return of(directory, failure, "read");
  }

  static StoreException onWrite(Path directory, Throwable failure) {
    return of(directory, failure, "written");
  }

  static StoreException locked(Path directory, Throwable cause) {
    return new StoreException(
        Kind.LOCKED,
        "The store in "
            + directory
            + " is in use: another node has it open. Stop that one, or give"
            + " this one a data directory of its own.",
        cause);
  }

  private static StoreException tooLarge(Path directory, Throwable cause) {
    return new StoreException(
        Kind.IO,
        "The store in "
            + directory
            + " could not be opened: its cache is larger than Java's heap of "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB. Lower the cache (store.cache-mb), or raise the heap, for example with"
            + " KILN_JAVA_OPTS=-Xmx1g.",
        cause);
  }

  static StoreException closed(Path directory) {
    return new StoreException(Kind.CLOSED, "The store in " + directory + " is closed", null);
  }

  /** What has changed on the disk, if that is why something failed. */
  static Optional<DamageException> damageIn(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof DamageException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  static boolean isFull(Throwable failure) {
    return kind(failure) == Kind.FULL;
  }

  /** What a write is told while a disk that was full still is. */
  static StoreException noRoom(Path directory) {
    return new StoreException(
        Kind.FULL,
        "The store in "
            + directory
            + " could not be written: no space is left on the disk. It works again once "
            + (XodusStore.ROOM >> 20)
            + " MiB are free.",
        null);
  }

  static StoreException full(Path directory, Throwable cause) {
    return new StoreException(
        Kind.FULL,
        "The store in "
            + directory
            + " cannot be read there: the disk is full. It works again once there is space.",
        cause);
  }

  private static StoreException of(Path directory, Throwable failure, String what) {
    if (failure instanceof StoreException known) {
      return known;
    }
    Kind kind = kind(failure);
    String start = "The store in " + directory + " could not be " + what + ": ";
    String why =
        switch (kind) {
          case FULL -> "no space is left on the disk. It works again once there is.";
          case CORRUPT -> "its files are damaged (" + damage(failure) + ")";
          default -> String.valueOf(deepest(failure).getMessage());
        };
    return new StoreException(kind, start + why, failure);
  }

  /** We cipher nothing: Xodus says so when it finds no state it can read. */
  private static String damage(Throwable failure) {
    return failure instanceof InvalidCipherParametersException
        ? "no state in them can be read"
        : damageIn(failure).map(Throwable::getMessage).orElse(String.valueOf(failure.getMessage()));
  }

  private static Kind kind(Throwable failure) {
    if (damageIn(failure).isPresent()) {
      return Kind.CORRUPT;
    }
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof OutOfDiskSpaceException || t instanceof IOException && saysFull(t)) {
        return Kind.FULL;
      }
      if (t instanceof EnvironmentClosedException) {
        return Kind.CLOSED;
      }
      if (t instanceof IOException) {
        return Kind.IO;
      }
    }
    return Kind.CORRUPT;
  }

  private static boolean saysFull(Throwable failure) {
    String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left")
        || text.contains("quota exceeded")
        || text.contains("not enough space");
  }

  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }
}
