package org.kiln.anchor.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.anchor.evm.EvmTransaction.Fees;
import org.kiln.anchor.evm.Journal.Sent;
import org.kiln.api.ipld.Cid;

final class JournalTest {
  @TempDir private Path directory;

  @Test
  void shouldRememberWhatWasSentForARoot() throws IOException {
    Path file = directory.resolve("a/b.journal");
    Sent first = sent(1, 5, new Fees.Legacy(BigInteger.TEN), 100);
    Sent second = sent(1, 5, new Fees.Dynamic(BigInteger.TWO, BigInteger.ONE), 200);
    Sent other = sent(2, 6, new Fees.Legacy(BigInteger.ONE), 300);
    try (Journal journal = Journal.open(file)) {
      journal.write(first);
      journal.write(second);
      journal.write(other);
    }
    try (Journal journal = Journal.open(file)) {
      assertThat(journal.of(first.root()))
          .usingRecursiveComparison()
          .isEqualTo(java.util.List.of(first, second));
      assertThat(journal.withNonce(BigInteger.valueOf(5)).orElseThrow().hash())
          .isEqualTo(second.hash());
      assertThat(journal.withNonce(BigInteger.valueOf(7))).isEmpty();
      assertThat(journal.of(Cid.sha256(Cid.RAW, new byte[] {9}))).isEmpty();
    }
  }

  @Test
  void shouldPassOverALineThatWasCutShort() throws IOException {
    Path file = directory.resolve("cut.journal");
    Sent first = sent(1, 5, new Fees.Legacy(BigInteger.TEN), 100);
    try (Journal journal = Journal.open(file)) {
      journal.write(first);
    }
    Files.writeString(file, "{\"root\":\"bafy", StandardOpenOption.APPEND);
    try (Journal journal = Journal.open(file)) {
      assertThat(journal.of(first.root())).hasSize(1);
      journal.write(sent(2, 6, new Fees.Legacy(BigInteger.ONE), 300));
    }
    try (Journal journal = Journal.open(file)) {
      assertThat(journal.withNonce(BigInteger.valueOf(6))).isPresent();
    }
  }

  @Test
  void shouldDropOldRoots() throws IOException {
    Path file = directory.resolve("long.journal");
    try (Journal journal = Journal.open(file)) {
      for (int i = 0; i < 250; i++) {
        journal.write(sent(i, i, new Fees.Legacy(BigInteger.ONE), i));
      }
      assertThat(journal.of(sent(0, 0, new Fees.Legacy(BigInteger.ONE), 0).root())).isEmpty();
    }
    try (Journal journal = Journal.open(file)) {
      assertThat(journal.of(sent(249, 0, new Fees.Legacy(BigInteger.ONE), 0).root())).hasSize(1);
    }
    assertThat(Files.readAllLines(file)).hasSize(200);
  }

  private static Sent sent(int root, int nonce, Fees fees, long at) {
    return new Sent(
        Cid.sha256(Cid.DAG_CBOR, new byte[] {(byte) root}),
        BigInteger.valueOf(nonce),
        "0x" + Long.toHexString(at),
        new byte[] {1, 2, 3},
        fees,
        at);
  }
}
