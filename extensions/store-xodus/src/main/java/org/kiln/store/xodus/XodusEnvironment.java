package org.kiln.store.xodus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.EnvironmentImpl;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import jetbrains.exodus.io.FileDataReader;
import jetbrains.exodus.io.FileDataWriter;
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
  private final SummedWriter writer;
  private final LogFiles files;
  private long newestFile = -1;
  private volatile long syncedTo;

  private XodusEnvironment(
      Path directory, EnvironmentImpl environment, SummedWriter writer, LogFiles files) {
    this.directory = directory;
    this.environment = environment;
    this.writer = writer;
    this.files = files;
  }

  /**
   * Opens it.
   *
   * @param syncedTo up to which address everything was on the disk; 0 when nobody knows
   */
  static XodusEnvironment open(
      Path directory, Set<Table> tables, XodusSettings settings, long syncedTo) {
    LogSums sums = new LogSums(directory, (long) settings.fileMib() << 20);
    FileDataReader files = new FileDataReader(directory.toFile());
    SummedWriter writer = new SummedWriter(new FileDataWriter(files), sums);
    XodusEnvironment opened =
        new XodusEnvironment(
            directory,
            newEnvironment(files, writer, sums, settings.config(), syncedTo),
            writer,
            new LogFiles(directory, sums));
    try {
      opened.openStores(tables);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static EnvironmentImpl newEnvironment(
      FileDataReader files,
      SummedWriter writer,
      LogSums sums,
      EnvironmentConfig config,
      long syncedTo) {
    if (!writer.lock(0)) {
      throw new ExodusException("Can't acquire environment lock");
    }
    boolean opened = false;
    try {
      new LogFiles(files.getDir().toPath(), sums).checkBeforeOpening(syncedTo);
      EnvironmentImpl environment = openChecked(files, writer, sums, config, syncedTo);
      opened = true;
      return environment;
    } finally {
      if (!opened) {
        writer.release();
      }
    }
  }

  private static EnvironmentImpl openChecked(
      FileDataReader files,
      SummedWriter writer,
      LogSums sums,
      EnvironmentConfig config,
      long syncedTo) {
    Log log =
        Environments.newLogInstance(
            LogConfig.create(new SummedReader(files, sums), writer), config);
    boolean opened = false;
    try {
      files.setLog(log);
      Loggable root = log.getLastLoggableOfType(ROOT_TYPE);
      writer.keep(Math.max(syncedTo, root == null ? 0 : root.getAddress() + root.length()));
      EnvironmentImpl environment = (EnvironmentImpl) Environments.newInstance(log, config);
      opened = true;
      writer.opened();
      return environment;
    } finally {
      if (!opened) {
        files.close();
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
    long end = environment.getLog().getHighAddress();
    // The cleaner may have committed since, and not synced yet.
    if (synced && end <= writer.syncedTo()) {
      syncedTo = end;
    }
  }

  LogFiles files() {
    return files;
  }

  /** The end of a state, up to which everything is on the disk; 0 before the first such write. */
  long syncedTo() {
    return syncedTo;
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
