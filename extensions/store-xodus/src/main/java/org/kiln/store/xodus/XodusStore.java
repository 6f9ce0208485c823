package org.kiln.store.xodus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.env.Transaction;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreCheck;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreStats;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in one directory. After a write that failed it is opened anew before the next one, on a
 * full disk once there is room: Xodus undoes what it wrote, but may go on to read pages of it from
 * its caches. Reads go on meanwhile, of the page too of which only a part fitted on a full disk:
 * what belongs to a state is there.
 */
final class XodusStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(XodusStore.class);

  /** What must be free before a disk that was full is written to: many a batch. */
  static final long ROOM = 4 << 20;

  private final Path directory;
  private final LongFunction<XodusEnvironment> opener;
  private final Runnable onClose;
  private final ReentrantLock writing = new ReentrantLock();
  // Held shared by every use, alone to close or to open anew.
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private XodusEnvironment environment;
  private boolean closed;
  private volatile long syncedTo;
  private volatile boolean suspect;
  private volatile boolean full;
  private volatile boolean readable = true;

  /**
   * Opens it.
   *
   * @param syncedTo up to where everything was on the disk when it was closed; 0 when nobody knows
   * @param opener opens the files, given that
   */
  XodusStore(
      Path directory, long syncedTo, LongFunction<XodusEnvironment> opener, Runnable onClose) {
    this.directory = directory;
    this.syncedTo = syncedTo;
    this.opener = opener;
    this.onClose = onClose;
    this.environment = opener.apply(syncedTo);
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    XodusEnvironment now = use();
    try {
      Transaction transaction = now.beginRead();
      try {
        return reader.apply(new XodusSnapshot(transaction, now.stores()));
      } finally {
        transaction.abort();
      }
    } catch (ExodusException e) {
      boolean afterFull = full;
      doubt(now, e);
      throw notDamage(XodusFailures.onRead(directory, e), afterFull);
    } finally {
      life.readLock().unlock();
    }
  }

  @Override
  public void write(Consumer<? super Batch> writer, Durability durability) {
    writing.lock();
    // An interrupt that is pending would close the file at the sync.
    boolean interrupted = Thread.interrupted();
    try {
      if (suspect && life.getReadHoldCount() == 0) {
        refuseWhileFull();
        reopen(true);
      }
      XodusEnvironment now = use();
      try {
        write(now, writer, durability);
      } finally {
        life.readLock().unlock();
      }
    } finally {
      writing.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * As long as there is no room, what can be read stays as it is: a store that is opened anew on a
   * full disk may fail at that, or at undoing the next write, and then nothing is read any more.
   */
  private void refuseWhileFull() {
    if (full && readable && room() < ROOM) {
      throw XodusFailures.noRoom(directory);
    }
  }

  private long room() {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      // Who cannot say how much there is has perhaps enough.
      return Long.MAX_VALUE;
    }
  }

  private void write(XodusEnvironment now, Consumer<? super Batch> writer, Durability durability) {
    try {
      Transaction transaction = now.beginWrite();
      try {
        writer.accept(new XodusBatch(transaction, now.stores()));
        commit(now, transaction, durability);
      } finally {
        if (!transaction.isFinished()) {
          transaction.abort();
        }
      }
    } catch (ExodusException e) {
      doubt(now, e);
      throw XodusFailures.onWrite(directory, e);
    }
  }

  private void commit(XodusEnvironment now, Transaction transaction, Durability durability) {
    try {
      now.commit(transaction, durability == Durability.SYNCED);
      syncedTo = Math.max(syncedTo, now.syncedTo());
    } catch (RuntimeException | IOException e) {
      doubt(now, e);
      throw XodusFailures.onWrite(directory, e);
    }
  }

  /** Damage stays what it is when the store is opened anew. */
  private void doubt(XodusEnvironment failed, Exception cause) {
    if (XodusFailures.damageIn(cause).isPresent()) {
      return;
    }
    full |= XodusFailures.isFull(cause);
    readable = failed.usable();
    suspect = true;
  }

  /**
   * What only a part was written of, since the disk is full, cannot be read until there is space.
   */
  private StoreException notDamage(StoreException e, boolean afterFull) {
    boolean damaged = XodusFailures.damageIn(e).isPresent();
    return afterFull && !damaged && e.kind() == StoreException.Kind.CORRUPT
        ? XodusFailures.full(directory, e)
        : e;
  }

  /** The environment, with the shared lock held; opens it anew when it has given up. */
  private XodusEnvironment use() {
    if (suspect && life.getReadHoldCount() == 0) {
      reopen(false);
    }
    life.readLock().lock();
    if (closed) {
      life.readLock().unlock();
      throw XodusFailures.closed(directory);
    }
    return environment;
  }

  /**
   * With the lock held alone; a store that can still be read need not be opened anew for a read.
   */
  private void reopen(boolean toWrite) {
    if (!toWrite && readable) {
      return;
    }
    life.writeLock().lock();
    try {
      if (!closed && suspect) {
        LOG.warn("Opening the store in {} anew after a failure", directory);
        environment.close();
        readable = false;
        try {
          environment = opener.apply(syncedTo);
        } catch (StoreException e) {
          throw notDamage(e, full);
        }
        readable = true;
        suspect = false;
        full = false;
      }
    } finally {
      life.writeLock().unlock();
    }
  }

  @Override
  public long syncedTo() {
    return syncedTo;
  }

  /** Beside the work of others: files only grow, and the cleaner's removals are borne. */
  @Override
  public void check(StoreCheck listener) {
    XodusEnvironment now = use();
    LogFiles files = now.files();
    life.readLock().unlock();
    files.check(syncedTo, listener);
  }

  @Override
  public StoreStats stats() {
    XodusEnvironment now = use();
    try {
      return new StoreStats(now.diskBytes(), -1);
    } finally {
      life.readLock().unlock();
    }
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        environment.close();
        onClose.run();
      }
    } finally {
      life.writeLock().unlock();
    }
  }
}
