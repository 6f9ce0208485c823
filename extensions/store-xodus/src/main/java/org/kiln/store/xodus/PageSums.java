package org.kiln.store.xodus;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The checksums of one log file, in a small file beside it: Xodus has none of its own. Log files
 * only ever grow until they are full, so a page that is whole never changes. Written after the log
 * file was synced, never before: the sums may lag behind, and what they say was on the disk.
 *
 * <pre>
 * "KILNSUM1" ‖ bytes of the log file that are on the disk (4) ‖ CRC32C of those behind the last
 * whole page (4) ‖ for each page of 4096 bytes its CRC32C (4), 0 when it is not known
 * </pre>
 *
 * Readers may look at single sums while one thread changes them.
 */
final class PageSums {
  /** Pages of Xodus are multiples of it. */
  static final int PAGE = 4096;

  private static final long MAGIC = 0x4b494c4e53554d31L;
  private static final int HEADER = 16;

  private final Path file;
  private final int[] sums;
  private int tailLength;
  private int tailSum;
  private int dirtyFrom = Integer.MAX_VALUE;
  private int dirtyTo;
  private RandomAccessFile open;

  private PageSums(Path file, int pages) {
    this.file = file;
    this.sums = new int[pages];
  }

  /** The file with the sums of a log file. */
  static Path besides(Path logFile) {
    return logFile.resolveSibling(logFile.getFileName().toString().replaceFirst("\\.xd$", ".sum"));
  }

  /**
   * Those of a log file; none is known when there is no file with them.
   *
   * @param fileBytes how long a log file becomes
   */
  static PageSums read(Path logFile, long fileBytes) {
    PageSums read = new PageSums(besides(logFile), (int) (fileBytes / PAGE));
    try {
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(read.file));
      if (in.remaining() >= HEADER && in.getLong() == MAGIC) {
        read.tailLength = in.getInt();
        read.tailSum = in.getInt();
        for (int page = 0; page < read.sums.length && in.remaining() >= 4; page++) {
          read.sums[page] = in.getInt();
        }
      }
    } catch (NoSuchFileException e) {
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }

  static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  int pages() {
    return sums.length;
  }

  /** A page's sum, 0 when it is not known. */
  int sum(int page) {
    return page < sums.length ? sums[page] : 0;
  }

  /** How many bytes of the log file are on the disk for sure. */
  int tailLength() {
    return tailLength;
  }

  /** The sum of the bytes behind the last whole page, up to {@link #tailLength}; 0: not known. */
  int tailSum() {
    return tailSum;
  }

  /** A page is whole. */
  void put(int page, int sum) {
    sums[page] = sum;
    dirtyFrom = Math.min(dirtyFrom, page);
    dirtyTo = Math.max(dirtyTo, page + 1);
  }

  /** The log file has been synced up to there. */
  void synced(int length, int sum) throws IOException {
    if (length == tailLength && sum == tailSum && dirtyTo == 0) {
      return;
    }
    tailLength = length;
    tailSum = sum;
    save();
  }

  /** The log file is about to be cut: before it is, so that nobody misses what is cut off. */
  void cut(int length) throws IOException {
    int first = length / PAGE;
    for (int page = first; page < sums.length; page++) {
      if (sums[page] != 0) {
        put(page, 0);
      }
    }
    if (length < tailLength) {
      tailLength = length;
      tailSum = 0;
      dirtyTo = Math.max(dirtyTo, 1);
      dirtyFrom = 0;
    }
    if (dirtyTo > 0) {
      save();
    }
  }

  private void save() throws IOException {
    if (open == null) {
      boolean there = Files.exists(file);
      open = new RandomAccessFile(file.toFile(), "rw");
      if (!there) {
        // All of it at once: on a full disk it fails here, and not at some later page.
        open.write(new byte[HEADER + 4 * sums.length]);
      }
    }
    if (dirtyTo > 0) {
      ByteBuffer out = ByteBuffer.allocate(4 * (dirtyTo - dirtyFrom));
      for (int page = dirtyFrom; page < dirtyTo; page++) {
        out.putInt(sums[page]);
      }
      open.seek(HEADER + 4L * dirtyFrom);
      open.write(out.array());
    }
    open.seek(0);
    open.write(
        ByteBuffer.allocate(HEADER).putLong(MAGIC).putInt(tailLength).putInt(tailSum).array());
    dirtyFrom = Integer.MAX_VALUE;
    dirtyTo = 0;
  }

  void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
