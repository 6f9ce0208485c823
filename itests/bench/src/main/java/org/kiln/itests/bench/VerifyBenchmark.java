package org.kiln.itests.bench;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.ipld.event.SignedEnvelope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Checking an envelope's Ed25519 signature with the key of its did:key. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class VerifyBenchmark {
  private static final int AUTHORS = 20;
  private static final int EVENTS = 1000;

  private final SignedEnvelope[] envelopes = new SignedEnvelope[EVENTS];
  private EnvelopeVerifier verifier;

  /** Which event is next; one for each thread. */
  @State(Scope.Thread)
  public static class Turn {
    private int next;
  }

  /** What verifies here as in the node. */
  static EnvelopeVerifier verifier(ExtensionRegistry extensions) {
    return new EnvelopeVerifier(extensions, Clock.systemUTC(), VerifierSettings.DEFAULT);
  }

  /** Adds did:key over Ed25519. */
  static FixedExtensions.Builder accounts() {
    return FixedExtensions.builder()
        .add(DidMethod.class, "key", new KeyDidMethod())
        .add(SignatureSuite.class, "EdDSA", new Ed25519Suite());
  }

  /** Signs the events. */
  @Setup
  public void sign() {
    verifier = verifier(accounts().build());
    for (int i = 0; i < EVENTS; i++) {
      envelopes[i] =
          Samples.decode(Samples.instance(Samples.author(i % AUTHORS), i)).envelope().orElseThrow();
    }
  }

  /** Ends the verifier. */
  @TearDown
  public void close() {
    verifier.close();
  }

  /** One thread. */
  @Benchmark
  @Threads(1)
  public VerifiedSignature verifyAlone(Turn turn)
      throws UnverifiedException, DependencyMissingException {
    return verifier.verify(envelopes[turn.next++ % EVENTS], Deadline.NONE);
  }

  /** As many threads as cores. */
  @Benchmark
  @Threads(Threads.MAX)
  public VerifiedSignature verifyOnAllCores(Turn turn)
      throws UnverifiedException, DependencyMissingException {
    return verifier.verify(envelopes[turn.next++ % EVENTS], Deadline.NONE);
  }
}
