package org.kiln.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Published values of each function for {@code abc}, and of Keccak for nothing. */
class HashesTest {
  private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);
  private static final byte[][] PARTS = {
    "a".getBytes(StandardCharsets.US_ASCII), {}, "bc".getBytes(StandardCharsets.US_ASCII)
  };

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void shouldHashWithSha256() {
    assertThat(hex(Hashes.sha256(ABC)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Hashes.sha256(PARTS)).isEqualTo(Hashes.sha256(ABC));
  }

  @Test
  void shouldHashWithKeccakAndNotWithSha3() {
    assertThat(hex(Hashes.keccak256()))
        .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assertThat(hex(Hashes.keccak256(ABC)))
        .isEqualTo("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    assertThat(Hashes.keccak256(PARTS)).isEqualTo(Hashes.keccak256(ABC));
  }

  @Test
  void shouldHashWithBlake2b() {
    assertThat(hex(Hashes.blake2b(512, ABC)))
        .isEqualTo(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    assertThat(Hashes.blake2b(160, PARTS)).hasSize(20).isEqualTo(Hashes.blake2b(160, ABC));
  }

  @Test
  void shouldHashWithRipemd160() {
    assertThat(hex(Hashes.ripemd160(ABC))).isEqualTo("8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    assertThat(Hashes.hash160(ABC)).isEqualTo(Hashes.ripemd160(Hashes.sha256(ABC)));
  }
}
