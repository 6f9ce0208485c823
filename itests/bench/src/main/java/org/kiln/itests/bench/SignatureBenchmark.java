package org.kiln.itests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.crypto.accp.NativeEd25519Suite;
import org.kiln.crypto.accp.NativeP256Suite;
import org.kiln.crypto.accp.NativeProvider;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.did.key.P256Suite;
import org.kiln.did.key.Secp256k1Suite;
import org.kiln.testkit.Vectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What each signature algorithm costs, in Java and by the native library where it has one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SignatureBenchmark {

  /** Algorithm and who does the arithmetic. */
  @Param({"EdDSA java", "EdDSA native", "ES256 java", "ES256 native", "ES256K java"})
  public String suite;

  private SignatureSuite verifier;
  private byte[] key;
  private byte[] message;
  private byte[] signature;

  /** Takes a signature of the golden vectors. */
  @Setup
  public void load() throws Exception {
    verifier =
        switch (suite) {
          case "EdDSA java" -> new Ed25519Suite();
          case "EdDSA native" -> new NativeEd25519Suite(NativeProvider.load());
          case "ES256 java" -> new P256Suite();
          case "ES256 native" -> new NativeP256Suite(NativeProvider.load());
          case "ES256K java" -> new Secp256k1Suite();
          default -> throw new IllegalArgumentException(suite);
        };
    String name =
        switch (verifier.alg()) {
          case "EdDSA" -> "ed25519-0";
          case "ES256" -> "p-256-0";
          default -> "secp256k1-0";
        };
    Vectors.Entry entry =
        Vectors.load("jws").stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow();
    JsonNode signed = entry.inputs().at("/jws/signatures/0");
    String payload = entry.inputs().at("/jws/payload").asText();
    message =
        (signed.get("protected").asText() + "." + payload).getBytes(StandardCharsets.US_ASCII);
    signature = Base64.getUrlDecoder().decode(signed.get("signature").asText());
    key =
        new KeyDidMethod()
            .resolve(
                DidUrl.parse(entry.inputs().get("did").asText()),
                new DidMethod.ResolveOptions(Optional.empty(), Deadline.NONE))
            .verificationMethods()
            .getFirst()
            .publicKey();
    if (!verifier.verify(key, message, signature)) {
      throw new IllegalStateException("A good signature is refused by " + suite);
    }
  }

  /** One thread, the key known from before. */
  @Benchmark
  public boolean verify() {
    return verifier.verify(key, message, signature);
  }
}
