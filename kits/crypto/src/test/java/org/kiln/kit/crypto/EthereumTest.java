package org.kiln.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;

class EthereumTest {
  @Test
  void shouldDeriveAnAddress() {
    ECPoint one = Secp256k1.DOMAIN.getG().multiply(BigInteger.ONE).normalize();
    assertThat(Ethereum.hex(Ethereum.address(one)))
        .isEqualTo("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
  }

  @Test
  void shouldHashAMessageAsWalletsDo() {
    byte[] hello = "Hello, world!".getBytes(StandardCharsets.US_ASCII);
    byte[] whole =
        "\u0019Ethereum Signed Message:\n13Hello, world!".getBytes(StandardCharsets.US_ASCII);
    assertThat(Ethereum.messageDigest(hello)).isEqualTo(Hashes.keccak256(whole));
    assertThat(Ethereum.messageDigest(hello, 12)).isNotEqualTo(Hashes.keccak256(whole));
  }

  @Test
  void shouldReadHexadecimalWithAndWithoutPrefix() {
    assertThat(Ethereum.bytes("0x00fF")).contains(new byte[] {0, -1});
    assertThat(Ethereum.bytes("00ff")).contains(new byte[] {0, -1});
    assertThat(Ethereum.bytes("")).contains(new byte[0]);
    assertThat(Ethereum.bytes("0x0")).isEmpty();
    assertThat(Ethereum.bytes("0xzz")).isEmpty();
  }
}
