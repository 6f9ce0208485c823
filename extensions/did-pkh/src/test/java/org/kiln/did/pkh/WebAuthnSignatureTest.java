package org.kiln.did.pkh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.ipld.DagCbor;

class WebAuthnSignatureTest {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256r1");
  private static final BigInteger SECRET = BigInteger.valueOf(0x7_1234_5678L);

  private final WebAuthnSignature verifier = new WebAuthnSignature();

  private static String issuer() {
    byte[] point = CURVE.getG().multiply(SECRET).getEncoded(true);
    byte[] key = new byte[35];
    key[0] = (byte) 0x80;
    key[1] = 0x24;
    System.arraycopy(point, 0, key, 2, 33);
    return "did:key:" + Multibase.BASE58BTC.encode(key);
  }

  /** A capability as a passkey makes it, with this payload in the challenge. */
  private static Ipld.Map cacao(Ipld.Map challenged, String type, boolean der, boolean text)
      throws IOException {
    Ipld.Map payload = Cacaos.payload(issuer(), "hello");
    Ipld.Map head = Ipld.map("t", Ipld.of("caip122"));
    Ipld.Map block = Ipld.map("h", head, "p", challenged);
    Cid cid = Cid.sha256(Cid.DAG_CBOR, DagCbor.encode(block));
    byte[] client =
        ("{\"type\":\""
                + type
                + "\",\"challenge\":\""
                + Multibase.BASE64URL.encodeBody(cid.bytes())
                + "\",\"origin\":\"https://app.example\",\"crossOrigin\":false,\"x\":{\"type\":1}}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] authData = new byte[37];
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ECPrivateKeyParameters(SECRET, new ECDomainParameters(CURVE)));
    BigInteger[] rs = signer.generateSignature(Hashes.sha256(authData, Hashes.sha256(client)));
    byte[] signature =
        der
            ? StandardDSAEncoding.INSTANCE.encode(CURVE.getN(), rs[0], rs[1])
            : org.bouncycastle.util.Arrays.concatenate(
                BigIntegers.asUnsignedByteArray(32, rs[0]),
                BigIntegers.asUnsignedByteArray(32, rs[1]));
    Ipld clientData =
        text ? Ipld.of(new String(client, StandardCharsets.UTF_8)) : new Ipld.Bytes(client);
    byte[] aad =
        DagCbor.encode(
            Ipld.map("authData", new Ipld.Bytes(authData), "clientDataJSON", clientData));
    return Ipld.map(
        "h", head,
        "p", payload,
        "s",
            Ipld.map(
                "t", Ipld.of("webauthn:p256"),
                "s", Ipld.of(Multibase.BASE64URL.encodeBody(signature)),
                "m", Ipld.map("aad", new Ipld.Bytes(aad))));
  }

  private static Ipld.Map unsigned() {
    return Cacaos.payload(issuer(), "hello").without("iss");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void shouldTakeEveryFormOfSignatureAndClientData(boolean der, boolean text) throws Exception {
    assertThat(Cacaos.verdict(verifier, cacao(unsigned(), "webauthn.get", der, text))).isEmpty();
  }

  @Test
  void shouldTakeTheChallengeThatLeavesTheStatementOut() throws Exception {
    Ipld.Map challenged = unsigned().without("statement");
    assertThat(Cacaos.verdict(verifier, cacao(challenged, "webauthn.get", true, false))).isEmpty();
  }

  @Test
  void rejectsAnotherChallenge() throws Exception {
    Ipld.Map challenged = unsigned().with("nonce", Ipld.of("other"));
    assertThat(Cacaos.verdict(verifier, cacao(challenged, "webauthn.get", true, false)))
        .contains("MessageMismatch");
  }

  @Test
  void rejectsAnotherCeremony() throws Exception {
    assertThat(Cacaos.verdict(verifier, cacao(unsigned(), "webauthn.create", true, false)))
        .contains("Invalid clientDataJSON.type");
  }

  @Test
  void rejectsAnotherKey() throws Exception {
    Ipld.Map cacao = cacao(unsigned(), "webauthn.get", true, false);
    Ipld.Map payload = (Ipld.Map) cacao.get("p").orElseThrow();
    Ipld.Map other =
        payload.with("iss", Ipld.of("did:key:zDnaeUKTWUXc1HDpGfKbEK31nKLN19yX5aunFd7VK1CUMeyJu"));
    assertThat(Cacaos.verdict(verifier, cacao.with("p", other))).contains("InvalidMessage");
  }

  @Test
  void rejectsAChangedSignature() throws Exception {
    Ipld.Map cacao = cacao(unsigned(), "webauthn.get", false, false);
    Ipld.Map signature = (Ipld.Map) cacao.get("s").orElseThrow();
    byte[] bytes = Multibase.BASE64URL.decodeBody(signature.text("s").orElseThrow());
    for (int bit = 0; bit < 512; bit += 7) {
      byte[] bad = bytes.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      Ipld.Map changed = signature.with("s", Ipld.of(Multibase.BASE64URL.encodeBody(bad)));
      assertThat(Cacaos.verdict(verifier, cacao.with("s", changed))).contains("InvalidMessage");
    }
  }

  @Test
  void rejectsUnreadableAuthenticatorData() throws Exception {
    Ipld.Map cacao = cacao(unsigned(), "webauthn.get", true, false);
    Ipld.Map signature = (Ipld.Map) cacao.get("s").orElseThrow();
    byte[] aad =
        ((Ipld.Bytes) ((Ipld.Map) signature.get("m").orElseThrow()).get("aad").get()).value();
    for (int length = 0; length < aad.length; length += 11) {
      Ipld.Map more = Ipld.map("aad", new Ipld.Bytes(Arrays.copyOf(aad, length)));
      assertThat(Cacaos.verdict(verifier, cacao.with("s", signature.with("m", more)))).isPresent();
    }
  }
}
