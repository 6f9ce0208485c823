package org.kiln.did.pkh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.crypto.Base58;
import org.kiln.kit.crypto.Ethereum;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.crypto.Secp256k1;

class WalletTest {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final BigInteger SECRET = BigInteger.valueOf(0x1234_5678_9abcL);
  private static final ECPoint PUBLIC = CURVE.getG().multiply(SECRET).normalize();
  private static final byte[] ED_SEED = new byte[32];

  /** {@code r‖s‖parity} over a digest. */
  private static byte[] sign(byte[] digest) {
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ECPrivateKeyParameters(SECRET, new ECDomainParameters(CURVE)));
    BigInteger[] rs = signer.generateSignature(digest);
    byte[] out = new byte[65];
    System.arraycopy(BigIntegers.asUnsignedByteArray(32, rs[0]), 0, out, 0, 32);
    System.arraycopy(BigIntegers.asUnsignedByteArray(32, rs[1]), 0, out, 32, 32);
    for (byte parity = 0; parity < 2; parity++) {
      Optional<ECPoint> key = Secp256k1.recover(digest, out, parity == 1);
      if (key.isPresent() && key.get().equals(PUBLIC)) {
        out[64] = parity;
        return out;
      }
    }
    throw new AssertionError("Neither parity gives the key back");
  }

  private static String text(String issuer, Ipld.Map payload, String chain) throws Exception {
    Account account = Account.of(issuer).orElseThrow();
    return SignInMessage.of(account, payload).text(chain, account.address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
      })
  void shouldWriteChecksummedAddresses(String address) {
    assertThat(EthereumMessage.checksummed(address.toLowerCase(java.util.Locale.ROOT)))
        .isEqualTo(address);
  }

  @Test
  void shouldCountUtf16UnitsWhereAnotherVerifierDid() throws Exception {
    String issuer = "did:pkh:eip155:1:" + Ethereum.hex(Ethereum.address(PUBLIC));
    Ipld.Map payload = Cacaos.payload(issuer, "žluťoučký 🐎");
    String text = text(issuer, payload, "Ethereum");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int length : new int[] {bytes.length, text.length()}) {
      byte[] head =
          ("\u0019Ethereum Signed Message:\n" + length).getBytes(StandardCharsets.US_ASCII);
      String signature = HexFormat.of().formatHex(sign(Hashes.keccak256(head, bytes)));
      assertThat(
              Cacaos.verdict(
                  new Eip191Signature(), Cacaos.signed(payload, "eip191", "0x" + signature)))
          .isEmpty();
    }
  }

  @Test
  void shouldPrintANumericVersion() throws Exception {
    String issuer = "did:pkh:eip155:1:" + Ethereum.hex(Ethereum.address(PUBLIC));
    Ipld.Map payload = Cacaos.payload(issuer, "hello");
    assertThat(text(issuer, payload.with("version", Ipld.of(1)), "Ethereum"))
        .isEqualTo(text(issuer, payload, "Ethereum"));
  }

  @ParameterizedTest
  @CsvSource({
    "2022-08-20T10:00:00.000Z, true",
    "2022-09-20T00:00:00Z, true",
    "2022-09-20T00:30:00+01:00, true",
    "2022-09-22T10:00:00.000Z, false",
    "sometime, false"
  })
  void shouldTakeTheOldOrderOfLinesOnlyFromItsTime(String issuedAt, boolean taken)
      throws Exception {
    String issuer = "did:pkh:eip155:1:" + Ethereum.hex(Ethereum.address(PUBLIC));
    Ipld.Map payload = Cacaos.payload(issuer, "hello").with("iat", Ipld.of(issuedAt));
    Account account = Account.of(issuer).orElseThrow();
    byte[] message =
        SignInMessage.of(account, payload)
            .legacyText("Ethereum", account.address())
            .getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("\u0019Ethereum Signed Message:\n" + message.length).getBytes(StandardCharsets.US_ASCII);
    String signature = HexFormat.of().formatHex(sign(Hashes.keccak256(head, message)));
    assertThat(
            Cacaos.verdict(
                    new Eip191Signature(), Cacaos.signed(payload, "eip191", "0x" + signature))
                .isEmpty())
        .isEqualTo(taken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"domain", "aud", "version", "nonce", "iat", "exp", "nbf", "requestId"})
  void rejectsAFieldThatPretendsToBeSeveralLines(String name) {
    String issuer = "did:pkh:eip155:1:" + Ethereum.hex(Ethereum.address(PUBLIC));
    Ipld.Map payload = Cacaos.payload(issuer, "hello").with(name, Ipld.of("a\nVersion: 1"));
    assertThatThrownBy(() -> text(issuer, payload, "Ethereum"))
        .isInstanceOf(CapabilityException.class)
        .hasMessageContaining(name);
  }

  @Test
  void shouldVerifyTezos() throws Exception {
    var key = new Ed25519PrivateKeyParameters(ED_SEED, 0);
    byte[] publicKey = key.generatePublicKey().getEncoded();
    String address =
        Base58.encodeChecked(
            new byte[] {6, (byte) 161, (byte) 159}, Hashes.blake2b(160, publicKey));
    String issuer = "did:pkh:tezos:NetXdQprcVkpaWU:" + address;
    Ipld.Map payload = Cacaos.payload(issuer, "hello");
    byte[] message = text(issuer, payload, "Tezos").getBytes(StandardCharsets.UTF_8);
    byte[] head = ByteBuffer.allocate(6).put((byte) 5).put((byte) 1).putInt(message.length).array();
    byte[] digest = Hashes.blake2b(256, head, message);
    byte[] signature = new byte[64];
    key.sign(
        org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm.Ed25519,
        null,
        digest,
        0,
        32,
        signature,
        0);
    String edsig = Base58.encodeChecked(new byte[] {9, -11, -51, -122, 18}, signature);
    String edpk = Base58.encodeChecked(new byte[] {13, 15, 37, -39}, publicKey);
    assertThat(address).startsWith("tz1");
    assertThat(edsig).hasSize(99).startsWith("edsig");
    TezosSignature verifier = new TezosSignature();
    assertThat(Cacaos.verdict(verifier, Cacaos.signed(payload, "tezos:ed25519", edsig + edpk)))
        .isEmpty();
    signature[0] ^= 1;
    String bad = Base58.encodeChecked(new byte[] {9, -11, -51, -122, 18}, signature);
    assertThat(Cacaos.verdict(verifier, Cacaos.signed(payload, "tezos:ed25519", bad + edpk)))
        .contains("Signature does not belong to issuer");
    assertThat(Cacaos.verdict(verifier, Cacaos.signed(payload, "tezos:ed25519", edsig)))
        .contains("Signature does not belong to issuer");
  }

  @Test
  void shouldKnowATezosAddressByItsKey() {
    byte[] key =
        Base58.decodeChecked(
                "edpkvGfYw3LyB1UcCahKQk4rF2tvbMUk8GFiTuMjL75uGXrpvKXhjn",
                new byte[] {13, 15, 37, -39},
                32)
            .orElseThrow();
    assertThat(Base58.encodeChecked(new byte[] {6, -95, -97}, Hashes.blake2b(160, key)))
        .isEqualTo("tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb");
  }

  @Test
  void shouldVerifyStacks() throws Exception {
    String address = StacksSignature.addressOf(Hashes.hash160(PUBLIC.getEncoded(true)));
    String issuer = "did:pkh:stacks:1:" + address;
    Ipld.Map payload = Cacaos.payload(issuer, "hello");
    byte[] message = text(issuer, payload, "Stacks").getBytes(StandardCharsets.UTF_8);
    byte[] length = {(byte) 0xfd, (byte) message.length, (byte) (message.length >>> 8)};
    byte[] prefix = "\u0017Stacks Signed Message:\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(message.length).isGreaterThan(0xfc);
    byte[] signature = sign(Hashes.sha256(prefix, length, message));
    StacksSignature verifier = new StacksSignature();
    String hex = HexFormat.of().formatHex(signature);
    assertThat(address).startsWith("SP");
    assertThat(Cacaos.verdict(verifier, Cacaos.signed(payload, "stacks:secp256k1", hex))).isEmpty();
    signature[40] ^= 1;
    assertThat(
            Cacaos.verdict(
                verifier,
                Cacaos.signed(payload, "stacks:secp256k1", HexFormat.of().formatHex(signature))))
        .isPresent();
  }

  @Test
  void shouldWriteAStacksAddress() {
    // The example in the README of the c32check library.
    assertThat(
            StacksSignature.addressOf(
                HexFormat.of().parseHex("a46ff88886c2ef9762d970b4d2c63678835bd39d")))
        .isEqualTo("SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7");
  }

  @Test
  void shouldAskTheContractWithTheAbiItExpects() throws Exception {
    String contract = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
    Ipld.Map payload = Cacaos.payload("did:pkh:eip155:1:" + contract, "hello");
    Ipld.Map cacao = Cacaos.signed(payload, "eip1271", "0xabcdef");
    byte[] digest = EthereumMessage.digests(SignedCapability.read(cacao, "eip155")).getFirst();
    byte[] expected =
        HexFormat.of()
            .parseHex(
                "1626ba7e"
                    + HexFormat.of().formatHex(digest)
                    + "0".repeat(62)
                    + "40"
                    + "0".repeat(63)
                    + "3"
                    + "abcdef"
                    + "0".repeat(58));
    Eip1271Signature verifier =
        new Eip1271Signature(
            (chain, to, data, deadline) ->
                chain.equals("eip155:1") && to.equals(contract) && Arrays.equals(data, expected)
                    ? Optional.of(Arrays.copyOf(HexFormat.of().parseHex("1626ba7e"), 32))
                    : Optional.of(new byte[32]));
    assertThat(Cacaos.verdict(verifier, cacao)).isEmpty();
    assertThat(Cacaos.verdict(verifier, Cacaos.signed(payload, "eip1271", "0xabcdee")))
        .contains("Signature does not belong to issuer");
  }

  @Test
  void shouldWaitForAChainThatCannotBeAsked() {
    Ipld.Map payload =
        Cacaos.payload("did:pkh:eip155:1:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "hello");
    try (JsonRpcChains none = new JsonRpcChains(Map.of())) {
      assertThatThrownBy(
              () ->
                  new Eip1271Signature(none)
                      .verify(Cacaos.signed(payload, "eip1271", "0xab"), Deadline.NONE))
          .isInstanceOfSatisfying(
              CapabilityException.class, e -> assertThat(e.retry().worthwhile()).isTrue())
          .hasMessageContaining("no JSON-RPC endpoint is configured for eip155:1");
    }
  }
}
