package org.kiln.store.xodus;

import jetbrains.exodus.io.FileDataReader;
import jetbrains.exodus.io.FileDataWriter;
import jetbrains.exodus.io.RemoveBlockType;

/**
 * Keeps Xodus from destroying a damaged store. When it is opened, Xodus goes back to the newest
 * state it can read, and cuts off everything behind it, if need be all. After a crash only the
 * transaction under way may go, which has no root yet; anything more is damage, and the files stay
 * as they are.
 */
final class CautiousWriter extends FileDataWriter {
  private long newestRootEnd;
  private boolean opening = true;

  CautiousWriter(FileDataReader reader) {
    super(reader);
  }

  /** Where the newest root in the files ends: what lies before must not be cut off. */
  void keep(long newestRootEnd) {
    this.newestRootEnd = newestRootEnd;
  }

  /** The store is open: from now on Xodus knows what it does. */
  void opened() {
    opening = false;
  }

  @Override
  public void truncateBlock(long blockAddress, long length) {
    refuseBefore(blockAddress + length);
    super.truncateBlock(blockAddress, length);
  }

  @Override
  public void removeBlock(long blockAddress, RemoveBlockType type) {
    refuseBefore(blockAddress);
    super.removeBlock(blockAddress, type);
  }

  private void refuseBefore(long address) {
    if (opening && address < newestRootEnd) {
      // Not one of Xodus's exceptions: those make it try the next older state.
      throw new IllegalStateException("the newest state in them cannot be read");
    }
  }
}
