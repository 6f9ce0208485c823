package org.kiln.sample.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.osgi.service.component.annotations.Component;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens stores on RocksDB. The one setting is {@code cache-mib}, memory for blocks outside the Java
 * heap. Thread-safe.
 */
@Component(property = StoreBackend.BACKEND_PROPERTY + "=" + RocksBackend.ID)
public final class RocksBackend implements StoreBackend {
  /** The id in the configuration. */
  public static final String ID = "rocksdb";

  private static final long DEFAULT_CACHE_MIB = 64;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Store open(StoreSpec spec) {
    long cacheMib = cacheMib(spec.settings());
    Path directory = spec.directory();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.IO, "The directory " + directory + " cannot be made: " + e, e);
    }
    try {
      // The native code is unpacked into the directory for temporary files.
      RocksDB.loadLibrary();
    } catch (RuntimeException | LinkageError e) {
      throw new StoreException(
          StoreException.Kind.IO, "RocksDB does not run on this machine: " + e.getMessage(), e);
    }
    try {
      return new RocksStore(directory, spec.tables(), cacheMib << 20);
    } catch (RocksDBException e) {
      throw Failures.of(directory, "opened", e);
    }
  }

  private static long cacheMib(Map<String, String> settings) {
    String text = settings.getOrDefault("cache-mib", Long.toString(DEFAULT_CACHE_MIB));
    try {
      long mib = Long.parseLong(text);
      if (mib >= 1 && mib <= 1 << 20) {
        return mib;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new StoreException(
        StoreException.Kind.IO,
        "RocksDB's cache-mib must be a number from 1 to 1048576, not '" + text + "'",
        null);
  }
}
