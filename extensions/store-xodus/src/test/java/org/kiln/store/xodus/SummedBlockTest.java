package org.kiln.store.xodus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import jetbrains.exodus.io.Block;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in which the newest state ends, of which the disk took only a part. */
class SummedBlockTest {
  private static final int PAGE = 16384;
  private static final int STATE = 4500;
  private static final int IN_FILE = 8192;

  @TempDir Path directory;
  private final byte[] page = new byte[PAGE];
  private LogSums sums;

  @BeforeEach
  void setUp() {
    Arrays.fill(page, (byte) 9);
    sums = new LogSums(directory, 1 << 20);
  }

  @Test
  void shouldBeReadAfterAWriteThatFailed() {
    sums.failed(STATE);
    assertThat(read()).isEqualTo(PAGE);
    assertThat(page).startsWith(7, 7).endsWith(0, 0);
    assertThat(page[IN_FILE - 1]).isEqualTo((byte) 7);
    assertThat(page[IN_FILE]).isZero();
  }

  @Test
  void shouldStayShortWhenNothingFailed() {
    assertThat(read()).isEqualTo(IN_FILE);
  }

  /** What is missing there belongs to a state. */
  @Test
  void shouldStayShortWhenTheFailureLiesBehindIt() {
    sums.failed(IN_FILE + 1);
    assertThat(read()).isEqualTo(IN_FILE);
  }

  private int read() {
    return new SummedBlock(new Part(), sums).read(page, 0, 0, PAGE);
  }

  /** A file that ends in the middle of the page. */
  private static final class Part implements Block {
    @Override
    public long getAddress() {
      return 0;
    }

    @Override
    public long length() {
      return IN_FILE;
    }

    @Override
    public Block refresh() {
      return this;
    }

    @Override
    public int read(byte[] output, long position, int offset, int count) {
      int read = (int) Math.min(count, IN_FILE - position);
      Arrays.fill(output, offset, offset + read, (byte) 7);
      return read;
    }
  }
}
