package org.kiln.crypto.accp;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.did.key.P256Suite;
import org.kiln.did.key.Secp256k1Suite;
import org.kiln.testkit.Vectors;

/**
 * Verifications a second on one thread, median of three windows after a warm-up. Run by hand with the
 * test class path; prints a line each.
 */
final class VerifySpeed {
  private static final long WARM_UP_MS = 3000;
  private static final long WINDOW_MS = 2000;

  private record Signed(byte[] key, byte[] message, byte[] signature) {}

  private VerifySpeed() {}

  public static void main(String[] args) throws Exception {
    Signed ed = signed("ed25519-0");
    Signed p256 = signed("p-256-0");
    Signed k1 = signed("secp256k1-0");
    Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(ed.key(), 0);
    NativeProvider provider = NativeProvider.load();
    KeyDidMethod method = new KeyDidMethod();
    DidUrl did = DidUrl.parse("did:key:z6Mkpr5dTHFrgfAoswnCqtsH9sZVvT2F22yyuosQ3ux3evhV");
    ResolveOptions now = new ResolveOptions(Optional.empty(), Deadline.NONE);
    Map<String, BooleanSupplier> runs = new LinkedHashMap<>();
    runs.put(
        "Ed25519 BouncyCastle bare, key parsed",
        () ->
            Ed25519.verify(ed.signature(), 0, point, ed.message(), 0, ed.message().length));
    runs.put(
        "Ed25519 BouncyCastle bare, raw key",
        () ->
            Ed25519.verify(ed.signature(), 0, ed.key(), 0, ed.message(), 0, ed.message().length));
    runs.put("Ed25519Suite", run(new Ed25519Suite(), ed));
    runs.put("NativeEd25519Suite", run(new NativeEd25519Suite(provider), ed));
    runs.put("P256Suite", run(new P256Suite(), p256));
    runs.put("NativeP256Suite", run(new NativeP256Suite(provider), p256));
    runs.put("Secp256k1Suite", run(new Secp256k1Suite(), k1));
    runs.put(
        "KeyDidMethod.resolve",
        () -> {
          try {
            return !method.resolve(did, now).verificationMethods().isEmpty();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    for (var run : runs.entrySet()) {
      window(run.getValue(), WARM_UP_MS);
      double[] windows = new double[3];
      for (int i = 0; i < windows.length; i++) {
        windows[i] = window(run.getValue(), WINDOW_MS);
      }
      Arrays.sort(windows);
      System.out.printf(
          "%-40s %8.0f /s  (%.0f to %.0f)%n", run.getKey(), windows[1], windows[0], windows[2]);
    }
  }

  private static BooleanSupplier run(SignatureSuite suite, Signed signed) {
    return () -> suite.verify(signed.key(), signed.message(), signed.signature());
  }

  private static double window(BooleanSupplier run, long ms) {
    long start = System.nanoTime();
    long end = start + ms * 1_000_000;
    long count = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < 20; i++, count++) {
        if (!run.getAsBoolean()) {
          throw new IllegalStateException("A good signature was refused");
        }
      }
    }
    return count * 1e9 / (System.nanoTime() - start);
  }

  private static Signed signed(String name) throws Exception {
    Vectors.Entry entry =
        Vectors.load("jws").stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow();
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
        key,
        input.getBytes(StandardCharsets.US_ASCII),
        Base64.getUrlDecoder().decode(signature.get("signature").asText()));
  }
}
