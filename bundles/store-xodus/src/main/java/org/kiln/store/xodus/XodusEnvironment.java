package org.kiln.store.xodus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.EnvironmentImpl;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import jetbrains.exodus.io.FileDataReader;
import jetbrains.exodus.log.Log;
import jetbrains.exodus.log.LogConfig;
import jetbrains.exodus.log.Loggable;
import org.kiln.api.store.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open Xodus environment with its stores. */
final class XodusEnvironment {
  private static final Logger LOG = LoggerFactory.getLogger(XodusEnvironment.class);

  /** The type that Xodus gives the record that ends each transaction; not public there. */
  private static final int ROOT_TYPE = 1;

  private final Path directory;
  private final EnvironmentImpl environment;
  private final Map<Table, Store> stores = new HashMap<>();
  private long newestFile = -1;

  private XodusEnvironment(Path directory, EnvironmentImpl environment) {
    this.directory = directory;
    this.environment = environment;
  }

  static XodusEnvironment open(Path directory, Set<Table> tables, XodusSettings settings) {
    XodusEnvironment opened =
        new XodusEnvironment(directory, newEnvironment(directory, settings.config()));
    try {
      opened.openStores(tables);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static EnvironmentImpl newEnvironment(Path directory, EnvironmentConfig config) {
    FileDataReader reader = new FileDataReader(directory.toFile());
    CautiousWriter writer = new CautiousWriter(reader);
    Log log = Environments.newLogInstance(LogConfig.create(reader, writer), config);
    boolean opened = false;
    try {
      Loggable root = log.getLastLoggableOfType(ROOT_TYPE);
      writer.keep(root == null ? 0 : root.getAddress() + root.length());
      EnvironmentImpl environment = (EnvironmentImpl) Environments.newInstance(log, config);
      opened = true;
      writer.opened();
      return environment;
    } finally {
      if (!opened) {
        reader.close();
        log.release();
      }
    }
  }

  /** Patricia trees: they find a key without reading values on the way, and store less. */
  private void openStores(Set<Table> tables) {
    environment.executeInExclusiveTransaction(
        transaction -> {
          for (Table table : tables) {
            stores.put(
                table,
                environment.openStore(
                    table.name(), StoreConfig.WITHOUT_DUPLICATES_WITH_PREFIXING, transaction));
          }
        });
  }

  Transaction beginRead() {
    return environment.beginReadonlyTransaction();
  }

  /** Exclusive, so that the cleaner cannot come in between and the batch need not run twice. */
  Transaction beginWrite() {
    return environment.beginExclusiveTransaction();
  }

  void commit(Transaction transaction, boolean synced) throws IOException {
    environment.getEnvironmentConfig().setLogDurableWrite(synced);
    if (!transaction.commit()) {
      throw new IllegalStateException("An exclusive transaction was overtaken by another");
    }
    long file = environment.getLog().getHighFileAddress();
    if (synced && file != newestFile) {
      syncDirectory();
      newestFile = file;
    }
  }

  /** Xodus syncs the directory for the first file only: the names of later ones could be lost. */
  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    } catch (IOException e) {
      if (!System.getProperty("os.name").startsWith("Windows")) {
        throw e;
      }
    }
  }

  Map<Table, Store> stores() {
    return stores;
  }

  long diskBytes() {
    return environment.getLog().getDiskUsage();
  }

  /** Whether it can still be read; Xodus gives up for good when it cannot undo a failed write. */
  boolean usable() {
    try {
      environment.beginReadonlyTransaction().abort();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  void close() {
    if (!usable()) {
      environment.getEnvironmentConfig().setEnvCloseForcedly(true);
    }
    try {
      environment.close();
    } catch (RuntimeException e) {
      LOG.warn("The store in {} was not closed cleanly: {}", directory, e.toString());
    }
  }
}
