package org.kiln.store.xodus;

import java.util.Arrays;
import jetbrains.exodus.io.Block;

/** A log file whose pages are checked when they are read. */
final class SummedBlock implements Block {
  private static final int PAGE = PageSums.PAGE;

  private final Block file;
  private final LogSums sums;

  SummedBlock(Block file, LogSums sums) {
    this.file = file;
    this.sums = sums;
  }

  @Override
  public long getAddress() {
    return file.getAddress();
  }

  @Override
  public long length() {
    return file.length();
  }

  @Override
  public Block refresh() {
    return this;
  }

  @Override
  public int read(byte[] output, long position, int offset, int count) {
    int read = Math.max(0, file.read(output, position, offset, count));
    if (read > 0) {
      PageSums known = sums.of(file.getAddress());
      int last = (int) ((position + read - 1) / PAGE);
      for (int page = (int) (position / PAGE); page <= last; page++) {
        int sum = known.sum(page);
        if (sum != 0) {
          check(page, sum, output, position, offset, read);
        }
      }
    }
    return read < count && holdsAllOfAState(position + read)
        ? fill(output, offset, read, count)
        : read;
  }

  /**
   * Xodus reads whole pages. Of the page in which the newest state ends, only what belongs to it
   * may be in the file, when the write after it failed for want of space.
   */
  private boolean holdsAllOfAState(long end) {
    return file.getAddress() + end >= sums.failedFrom();
  }

  private static int fill(byte[] output, int offset, int read, int count) {
    Arrays.fill(output, offset + read, offset + count, (byte) 0);
    return count;
  }

  private void check(int page, int sum, byte[] output, long position, int offset, int read) {
    long start = (long) page * PAGE;
    boolean whole = start >= position && start + PAGE <= position + read;
    if (whole && PageSums.of(output, offset + (int) (start - position), PAGE) == sum) {
      return;
    }
    // Only a part of the page was asked for; or it was read while it was written.
    byte[] again = new byte[PAGE];
    if (file.read(again, start, 0, PAGE) != PAGE || PageSums.of(again, 0, PAGE) != sum) {
      throw DamageException.changed(sums.logFile(file.getAddress()), start, PAGE);
    }
    int from = (int) Math.max(start, position);
    int to = (int) Math.min(start + PAGE, position + read);
    byte[] part = Arrays.copyOfRange(again, (int) (from - start), (int) (to - start));
    System.arraycopy(part, 0, output, offset + (int) (from - position), part.length);
  }
}
