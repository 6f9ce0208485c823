package org.kiln.store.xodus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreCheck;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSalvage;
import org.kiln.api.store.StoreSpec;

/** Opens stores on Xodus; the settings are those of {@link XodusSettings}. Thread-safe. */
public final class XodusBackend implements StoreBackend {
  /** The id in the configuration. */
  public static final String ID = "xodus";

  // A second try to lock the file from the same process would release the first lock (POSIX).
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Store open(StoreSpec spec) {
    XodusSettings settings = XodusSettings.of(spec.settings());
    Path directory = directory(spec.directory());
    if (!OPEN.add(directory)) {
      throw XodusFailures.locked(directory, null);
    }
    boolean opened = false;
    try {
      Store store =
          new XodusStore(
              directory,
              spec.syncedTo(),
              syncedTo -> open(directory, spec, settings, syncedTo),
              () -> OPEN.remove(directory));
      opened = true;
      return store;
    } finally {
      if (!opened) {
        OPEN.remove(directory);
      }
    }
  }

  @Override
  public void check(StoreSpec spec, StoreCheck listener) {
    files(spec).check(spec.syncedTo(), listener);
  }

  @Override
  public void salvage(StoreSpec spec, StoreSalvage into) {
    files(spec).salvage(into);
  }

  private static LogFiles files(StoreSpec spec) {
    Path directory = directory(spec.directory());
    int fileMib = XodusSettings.of(spec.settings()).fileMib();
    return new LogFiles(directory, new LogSums(directory, (long) fileMib << 20));
  }

  private static XodusEnvironment open(
      Path directory, StoreSpec spec, XodusSettings settings, long syncedTo) {
    try {
      return XodusEnvironment.open(directory, spec.tables(), settings, syncedTo);
    } catch (RuntimeException e) {
      throw XodusFailures.onOpen(directory, e);
    }
  }

  private static Path directory(Path directory) {
    try {
      return Files.createDirectories(directory).toRealPath();
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.IO, "The directory " + directory + " cannot be made: " + e, e);
    }
  }
}
