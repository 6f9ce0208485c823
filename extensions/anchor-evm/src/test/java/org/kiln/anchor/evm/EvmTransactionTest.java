package org.kiln.anchor.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.anchor.evm.EvmTransaction.Fees;
import org.kiln.kit.crypto.Hashes;

final class EvmTransactionTest {
  private static final String KEY = "46".repeat(32);

  @Test
  void shouldHashAsEthereum() {
    assertThat(Hex.data(Hashes.keccak256(new byte[0])))
        .isEqualTo("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  }

  @Test
  void shouldSignTheExampleOfEip155() {
    EvmKey key = new EvmKey(KEY);
    assertThat(key.address()).isEqualTo("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
    EvmKey.Signature signature =
        key.sign(
            HexFormat.of()
                .parseHex("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"));
    assertThat(signature.r())
        .isEqualTo(
            new BigInteger("28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276", 16));
    assertThat(signature.s())
        .isEqualTo(
            new BigInteger("67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83", 16));
    assertThat(signature.yParity()).isZero();
  }

  @Property(tries = 50)
  void everySignatureLeadsBackToTheKey(@ForAll @Size(32) byte[] hash) {
    EvmKey.Signature signature = new EvmKey(KEY).sign(hash);
    assertThat(signature.yParity()).isBetween(0, 1);
    assertThat(signature.s().bitLength()).isLessThanOrEqualTo(255);
  }

  @Test
  void shouldPrefixLengths() {
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(Rlp.bytes("dog".getBytes()))).isEqualTo("83646f67");
    assertThat(hex.formatHex(Rlp.list(Rlp.bytes("cat".getBytes()), Rlp.bytes("dog".getBytes()))))
        .isEqualTo("c88363617483646f67");
    assertThat(hex.formatHex(Rlp.number(0))).isEqualTo("80");
    assertThat(hex.formatHex(Rlp.number(15))).isEqualTo("0f");
    assertThat(hex.formatHex(Rlp.number(1024))).isEqualTo("820400");
    assertThat(hex.formatHex(Rlp.list())).isEqualTo("c0");
    assertThat(hex.formatHex(Rlp.bytes(new byte[56]))).startsWith("b83800");
    assertThat(hex.formatHex(Rlp.bytes(new byte[1024]))).startsWith("b9040000");
    assertThat(hex.formatHex(Rlp.number(new BigInteger("ff".repeat(32), 16)))).startsWith("a0ff");
  }

  @Test
  void shouldRaiseFeesByATenthAtLeast() {
    Fees.Dynamic fees = new Fees.Dynamic(BigInteger.valueOf(101), BigInteger.valueOf(3));
    assertThat(fees.raised(BigInteger.ZERO))
        .isEqualTo(new Fees.Dynamic(BigInteger.valueOf(112), BigInteger.valueOf(4)));
    // 40 + 3 is paid in the end, so 48 must be.
    assertThat(fees.raised(BigInteger.valueOf(40)))
        .isEqualTo(new Fees.Dynamic(BigInteger.valueOf(112), BigInteger.valueOf(8)));
    assertThat(new Fees.Legacy(BigInteger.ZERO).raised(BigInteger.ZERO).most())
        .isEqualTo(BigInteger.ONE);
    assertThat(fees.atLeast(new Fees.Dynamic(BigInteger.valueOf(50), BigInteger.valueOf(9))))
        .isEqualTo(new Fees.Dynamic(BigInteger.valueOf(101), BigInteger.valueOf(9)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0x", "00", "zz", "0x12"})
  void rejectsKeysWithoutRepeatingThem(String text) {
    assertThatThrownBy(() -> new EvmKey(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The private key is not 64 hexadecimal digits");
    assertThatThrownBy(() -> new EvmKey("0".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EvmKey("f".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNotShowTheKey() {
    assertThat(new EvmKey(KEY).toString()).doesNotContain("4646");
  }
}
