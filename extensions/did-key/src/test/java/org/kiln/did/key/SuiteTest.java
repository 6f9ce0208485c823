package org.kiln.did.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.testkit.Vectors;

class SuiteTest {
  private static final SignatureSuite ED25519 = new Ed25519Suite();
  private static final SignatureSuite SECP256K1 = new Secp256k1Suite();
  private static final SignatureSuite P256 = new P256Suite();
  private static final Map<String, SignatureSuite> BY_KEY_TYPE =
      Map.of("ed25519", ED25519, "secp256k1", SECP256K1, "p-256", P256, "p256", P256);

  private record Signed(SignatureSuite suite, byte[] key, byte[] message, byte[] signature) {}

  @TestFactory
  Stream<DynamicTest> shouldJudgeSignaturesAsTheJavaScriptLibraries() {
    return Vectors.load("jws").stream()
        .filter(entry -> entry.inputs().has("keyType") && entry.inputs().has("did"))
        .filter(entry -> !entry.name().contains("kid") && !entry.name().contains("alg"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () -> {
                      Signed signed = signed(entry);
                      assertThat(verify(signed)).isEqualTo(entry.expected().get("ok").asBoolean());
                    }));
  }

  @Test
  void shouldTakeCompressedAndUncompressedPoints() throws Exception {
    for (String name : List.of("secp256k1-0", "p-256-0")) {
      Signed signed = signed(named(name));
      var curve = name.startsWith("p") ? "secp256r1" : "secp256k1";
      var point = CustomNamedCurves.getByName(curve).getCurve().decodePoint(signed.key());
      for (boolean compressed : List.of(true, false)) {
        byte[] key = point.getEncoded(compressed);
        assertThat(signed.suite().verify(key, signed.message(), signed.signature())).isTrue();
      }
    }
  }

  @Test
  void shouldTakeBothFormsOfAnEcdsaSignature() throws Exception {
    for (String name : List.of("secp256k1-0", "p-256-0")) {
      Signed signed = signed(named(name));
      BigInteger order =
          CustomNamedCurves.getByName(name.startsWith("p") ? "secp256r1" : "secp256k1").getN();
      BigInteger s = new BigInteger(1, Arrays.copyOfRange(signed.signature(), 32, 64));
      byte[] twin = signed.signature().clone();
      byte[] other = org.bouncycastle.util.BigIntegers.asUnsignedByteArray(32, order.subtract(s));
      System.arraycopy(other, 0, twin, 32, 32);
      assertThat(signed.suite().verify(signed.key(), signed.message(), twin)).isTrue();
    }
  }

  @Test
  void rejectsASignatureScalarPastTheGroupOrder() throws Exception {
    Signed signed = signed(named("ed25519-0"));
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    byte[] twin = signed.signature().clone();
    byte[] little = Arrays.copyOfRange(twin, 32, 64);
    BigInteger s = new BigInteger(1, reversed(little)).add(order);
    byte[] sum = reversed(org.bouncycastle.util.BigIntegers.asUnsignedByteArray(32, s));
    System.arraycopy(sum, 0, twin, 32, 32);
    assertThat(ED25519.verify(signed.key(), signed.message(), twin)).isFalse();
  }

  @Test
  void rejectsEveryFlippedBitOfASignature() throws Exception {
    for (String name : List.of("ed25519-1", "secp256k1-1", "p-256-1")) {
      Signed signed = signed(named(name));
      for (int bit = 0; bit < 512; bit += 5) {
        byte[] bad = signed.signature().clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(signed.suite().verify(signed.key(), signed.message(), bad)).isFalse();
      }
    }
  }

  @Property
  void shouldNeverThrow(
      @ForAll @Size(max = 70) byte[] key,
      @ForAll @Size(max = 8) byte[] message,
      @ForAll @Size(min = 64, max = 64) byte[] signature) {
    for (SignatureSuite suite : List.of(ED25519, SECP256K1, P256)) {
      assertThat(suite.verify(key, message, signature)).isFalse();
      for (int size : new int[] {32, 33, 65}) {
        byte[] sized = Arrays.copyOf(key, size);
        sized[0] = (byte) (size == 33 ? 2 : 4);
        assertThatCode(() -> suite.verify(sized, message, signature)).doesNotThrowAnyException();
      }
    }
  }

  private static boolean verify(Signed signed) {
    return signed.suite().verify(signed.key(), signed.message(), signed.signature());
  }

  private static Vectors.Entry named(String name) {
    return Vectors.load("jws").stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Signed signed(Vectors.Entry entry) throws Exception {
    JsonNode jws = entry.inputs().get("jws");
    JsonNode signature = jws.get("signatures").get(0);
    String input = signature.get("protected").asText() + "." + jws.get("payload").asText();
    byte[] key =
        new KeyDidMethod()
            .resolve(
                DidUrl.parse(entry.inputs().get("did").asText()),
                new ResolveOptions(Optional.empty(), Deadline.NONE))
            .verificationMethods()
            .getFirst()
            .publicKey();
    return new Signed(
        BY_KEY_TYPE.get(entry.inputs().get("keyType").asText()),
        key,
        input.getBytes(StandardCharsets.US_ASCII),
        Base64.getUrlDecoder().decode(signature.get("signature").asText()));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }
}
