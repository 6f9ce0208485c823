package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeqnosTest {
  @Test
  void shouldRiseOverRestartsEvenWhenTheClockGoesBack(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("libp2p/seqno");
    long last = 0;
    for (long clock : new long[] {5_000_000_000L, 4_000_000_000L, 9_000_000_000L, 1}) {
      Seqnos seqnos = new Seqnos(file, () -> clock);
      for (int i = 0; i < 3; i++) {
        long next = seqnos.next();
        assertThat(next).isGreaterThan(last).isGreaterThan(clock);
        // What is on disk is above whatever was used.
        assertThat(Long.parseLong(Files.readString(file))).isGreaterThan(next);
        last = next;
      }
    }
  }

  @Test
  void shouldWriteAheadAgainWhenAStepIsUsedUp(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("seqno");
    Seqnos seqnos = new Seqnos(file, () -> 1);
    long first = seqnos.next();
    for (long i = 1; i <= Seqnos.STEP; i++) {
      assertThat(seqnos.next()).isEqualTo(first + i);
    }
    assertThat(Long.parseLong(Files.readString(file))).isEqualTo(first + 2 * Seqnos.STEP);
  }

  @Test
  void rejectsAFileOfSomethingElse(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("seqno"), "none");
    assertThatThrownBy(() -> new Seqnos(file, () -> 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not hold a number");
  }
}
