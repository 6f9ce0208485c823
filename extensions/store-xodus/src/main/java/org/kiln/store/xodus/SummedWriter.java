package org.kiln.store.xodus;

import java.io.IOException;
import java.util.zip.CRC32C;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.io.Block;
import jetbrains.exodus.io.DataWriter;
import jetbrains.exodus.io.FileDataWriter;
import jetbrains.exodus.io.RemoveBlockType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sums the pages that Xodus writes, and keeps it from destroying a damaged store. When it is
 * opened, Xodus goes back to the newest state it can read, and cuts off everything behind it, if
 * need be all. After a crash only the transaction under way may go, which has no root yet; anything
 * more is damage, and the files stay as they are. Thread-safe.
 */
final class SummedWriter implements DataWriter {
  private static final Logger LOG = LoggerFactory.getLogger(SummedWriter.class);
  private static final int PAGE = PageSums.PAGE;

  private final FileDataWriter files;
  private final LogSums sums;
  private final CRC32C crc = new CRC32C();
  private long keepTo;
  private boolean opening = true;
  // The file that is written to.
  private long address;
  private PageSums now;
  private int length;
  private boolean known;
  private volatile long syncedTo;
  private boolean sumsFailed;
  private boolean locked;

  SummedWriter(FileDataWriter files, LogSums sums) {
    this.files = files;
    this.sums = sums;
  }

  /** What lies before this place must not be cut off while the store is opened. */
  void keep(long to) {
    keepTo = to;
  }

  /** The store is open: from now on Xodus knows what it does. */
  void opened() {
    opening = false;
  }

  /** Up to which address everything is on the disk. */
  long syncedTo() {
    return syncedTo;
  }

  @Override
  public boolean isOpen() {
    return files.isOpen();
  }

  @Override
  public synchronized Block write(byte[] bytes, int offset, int count) {
    boolean summed = known;
    known = false; // as long as nobody knows what came onto the disk
    Block block;
    try {
      block = files.write(bytes, offset, count);
    } catch (ExodusException e) {
      sums.failed(address + length);
      throw e;
    }
    sums.succeeded();
    if (summed && now != null) {
      add(bytes, offset, count);
      known = true;
    }
    length += count;
    return new SummedBlock(block, sums);
  }

  private void add(byte[] bytes, int offset, int count) {
    int done = 0;
    while (done < count) {
      int at = length + done;
      int part = Math.min(PAGE - at % PAGE, count - done);
      crc.update(bytes, offset + done, part);
      done += part;
      if ((at + part) % PAGE == 0) {
        now.put(at / PAGE, (int) crc.getValue());
        crc.reset();
      }
    }
  }

  @Override
  public synchronized void sync() {
    files.sync();
    if (now == null) {
      return;
    }
    syncedTo = address + length;
    if (!known) {
      return;
    }
    try {
      now.synced(length, length % PAGE == 0 ? 0 : (int) crc.getValue());
      sumsFailed = false;
    } catch (IOException e) {
      // The data is safe; what has no sum yet gets it with a later sync.
      if (!sumsFailed) {
        LOG.warn(
            "The checksums beside {} cannot be written: {}", sums.logFile(address), e.toString());
      }
      sumsFailed = true;
    }
  }

  @Override
  public void syncDirectory() {
    files.syncDirectory();
  }

  @Override
  public synchronized Block openOrCreateBlock(long blockAddress, long blockLength) {
    leave();
    PageSums next = sums.of(blockAddress);
    cut(next, blockLength);
    Block block = files.openOrCreateBlock(blockAddress, blockLength);
    address = blockAddress;
    now = next;
    length = (int) blockLength;
    seed(block);
    return new SummedBlock(block, sums);
  }

  /** Sums what is there already, where nobody has yet. */
  private void seed(Block block) {
    byte[] page = new byte[PAGE];
    int whole = length / PAGE;
    for (int i = 0; i < whole; i++) {
      if (now.sum(i) == 0 && block.read(page, (long) i * PAGE, 0, PAGE) == PAGE) {
        now.put(i, PageSums.of(page, 0, PAGE));
      }
    }
    crc.reset();
    int rest = length - whole * PAGE;
    known = rest == 0 || block.read(page, (long) whole * PAGE, 0, rest) == rest;
    crc.update(page, 0, rest);
  }

  @Override
  public synchronized void close() {
    files.close();
    leave();
  }

  private void leave() {
    if (now == null) {
      return;
    }
    try {
      now.close();
    } catch (IOException e) {
      LOG.warn("The checksums beside {} were not closed: {}", sums.logFile(address), e.toString());
    }
    if (length == sums.fileBytes()) {
      // Xodus does so with files of its own kind.
      sums.logFile(address).toFile().setReadOnly();
    }
    now = null;
  }

  @Override
  public synchronized void truncateBlock(long blockAddress, long blockLength) {
    refuseBefore(blockAddress + blockLength);
    cut(sums.of(blockAddress), blockLength);
    files.truncateBlock(blockAddress, blockLength);
  }

  private void cut(PageSums of, long blockLength) {
    try {
      of.cut((int) blockLength);
      if (of != now) {
        of.close();
      }
    } catch (IOException e) {
      throw new ExodusException(e);
    }
  }

  @Override
  public synchronized void removeBlock(long blockAddress, RemoveBlockType type) {
    refuseBefore(blockAddress);
    sums.forget(blockAddress);
    files.removeBlock(blockAddress, type);
  }

  private void refuseBefore(long to) {
    if (opening && to < keepTo) {
      // Not one of Xodus's exceptions: those make it try the next older state.
      throw new IllegalStateException("the newest state in them cannot be read");
    }
  }

  /** Of Xodus's own accord it never empties a store that holds something. */
  @Override
  public void clear() {
    throw new IllegalStateException("A store is never emptied");
  }

  /** Asked again by Xodus when the files have been looked at. */
  @Override
  public synchronized boolean lock(long timeout) {
    locked = locked || files.lock(timeout);
    return locked;
  }

  @Override
  public synchronized boolean release() {
    locked = false;
    return files.release();
  }

  @Override
  public String lockInfo() {
    return files.lockInfo();
  }
}
