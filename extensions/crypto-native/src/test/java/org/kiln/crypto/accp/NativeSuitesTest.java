package org.kiln.crypto.accp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.did.key.P256Suite;
import org.kiln.testkit.Vectors;

/** The native suites against the pure Java ones; skipped on machines the library is not for. */
class NativeSuitesTest {
  private static NativeProvider provider;

  @BeforeAll
  static void load() {
    try {
      provider = NativeProvider.load();
    } catch (NativeProvider.UnavailableException e) {
      abort("No native library here: " + e.getMessage());
    }
  }

  @TestFactory
  Stream<DynamicTest> shouldJudgeAsTheJavaScriptLibraries() {
    SignatureSuite ed25519 = new NativeEd25519Suite(provider);
    SignatureSuite p256 = new NativeP256Suite(provider);
    return Vectors.load("jws").stream()
        .filter(entry -> entry.inputs().has("keyType") && entry.inputs().has("did"))
        .filter(entry -> !entry.name().startsWith("secp256k1"))
        .filter(entry -> !entry.name().contains("kid") && !entry.name().contains("alg"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () ->
                        assertThat(judge(entry.name().startsWith("p") ? p256 : ed25519, entry))
                            .isEqualTo(entry.expected().get("ok").asBoolean())));
  }

  /** A verifier is used again for its key, whatever it was asked before. */
  @Test
  void shouldJudgeEachSignatureByItself() throws Exception {
    SignatureSuite suite = new NativeEd25519Suite(provider);
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] key =
        Arrays.copyOfRange(pair.getPublic().getEncoded(), 12, pair.getPublic().getEncoded().length);
    for (int i = 0; i < 4; i++) {
      byte[] message = {(byte) i, 1, 2};
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(pair.getPrivate());
      signer.update(message);
      byte[] signature = signer.sign();
      assertThat(suite.verify(key, message, signature)).isTrue();
      assertThat(suite.verify(key, new byte[] {9}, signature)).isFalse();
      byte[] broken = signature.clone();
      Arrays.fill(broken, 32, 64, (byte) 0xff);
      assertThat(suite.verify(key, message, broken)).isFalse();
    }
  }

  private static boolean judge(SignatureSuite suite, Vectors.Entry entry) throws Exception {
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
    return suite.verify(
        key,
        input.getBytes(StandardCharsets.US_ASCII),
        Base64.getUrlDecoder().decode(signature.get("signature").asText()));
  }

  @TestFactory
  Stream<DynamicTest> shouldAgreeWithPureJavaOnOddSignatures() throws IOException {
    SignatureSuite fast = new NativeEd25519Suite(provider);
    SignatureSuite pure = new Ed25519Suite();
    return edges()
        .map(
            edge ->
                DynamicTest.dynamicTest(
                    edge[0],
                    () -> {
                      byte[] key = HexFormat.of().parseHex(edge[1]);
                      byte[] message = HexFormat.of().parseHex(edge[2]);
                      byte[] signature = HexFormat.of().parseHex(edge[3]);
                      boolean expected = Boolean.parseBoolean(edge[4]);
                      assertThat(pure.verify(key, message, signature)).isEqualTo(expected);
                      assertThat(fast.verify(key, message, signature)).isEqualTo(expected);
                    }));
  }

  private static Stream<String[]> edges() throws IOException {
    try (InputStream in = NativeSuitesTest.class.getResourceAsStream("ed25519-edges.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\|"));
    }
  }

  @Test
  void shouldAgreeWithPureJavaOnNoise() {
    Random random = new Random(7);
    SignatureSuite[][] pairs = {
      {new NativeEd25519Suite(provider), new Ed25519Suite()},
      {new NativeP256Suite(provider), new P256Suite()}
    };
    for (int i = 0; i < 500; i++) {
      for (SignatureSuite[] pair : pairs) {
        byte[] key = new byte[random.nextInt(31, 67)];
        byte[] signature = new byte[random.nextInt(63, 66)];
        random.nextBytes(key);
        random.nextBytes(signature);
        key[0] = (byte) random.nextInt(2, 5);
        assertThat(pair[0].verify(key, signature, signature))
            .isEqualTo(pair[1].verify(key, signature, signature));
      }
    }
  }

  @Test
  void shouldSayWhoComputes() {
    assertThat(new NativeEd25519Suite(provider).provider()).startsWith("ACCP 2.");
    assertThat(new NativeP256Suite(provider).alg()).isEqualTo("ES256");
  }
}
