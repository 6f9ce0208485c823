package org.kiln.crypto.accp;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
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
 * Verifications a second of one thread's own CPU time, so that a busy machine does not show, median
 * of three windows after a warm-up. Windows take turns. Run by hand with the test class path.
 */
final class VerifySpeed {
  private static final long WARM_UP_MS = 3000;
  private static final long WINDOW_MS = 1000;
  private static final int WINDOWS = 3;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

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
        () -> Ed25519.verify(ed.signature(), 0, point, ed.message(), 0, ed.message().length));
    runs.put(
        "Ed25519 BouncyCastle bare, raw key",
        () -> Ed25519.verify(ed.signature(), 0, ed.key(), 0, ed.message(), 0, ed.message().length));
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
    runs.values().forEach(run -> window(run, WARM_UP_MS));
    Map<String, double[]> results = new LinkedHashMap<>();
    for (int i = 0; i < WINDOWS; i++) {
      int index = i;
      runs.forEach(
          (name, run) ->
              results.computeIfAbsent(name, n -> new double[WINDOWS])[index] =
                  window(run, WINDOW_MS));
    }
    results.forEach(
        (name, windows) -> {
          Arrays.sort(windows);
          System.out.printf(
              "%-40s %8.0f /s  (%.0f to %.0f)%n",
              name, windows[WINDOWS / 2], windows[0], windows[WINDOWS - 1]);
        });
  }

  private static BooleanSupplier run(SignatureSuite suite, Signed signed) {
    return () -> suite.verify(signed.key(), signed.message(), signed.signature());
  }

  private static double window(BooleanSupplier run, long ms) {
    long start = THREADS.getCurrentThreadCpuTime();
    long end = start + ms * 1_000_000;
    long count = 0;
    while (THREADS.getCurrentThreadCpuTime() < end) {
      for (int i = 0; i < 20; i++, count++) {
        if (!run.getAsBoolean()) {
          throw new IllegalStateException("A good signature was refused");
        }
      }
    }
    return count * 1e9 / (THREADS.getCurrentThreadCpuTime() - start);
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
