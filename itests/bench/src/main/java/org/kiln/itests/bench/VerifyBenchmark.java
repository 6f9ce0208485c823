package org.kiln.itests.bench;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.crypto.accp.NativeEd25519Suite;
import org.kiln.crypto.accp.NativeProvider;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.ipld.event.SignedEnvelope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Checking an envelope's Ed25519 signature with the key of its did:key, and what the library's call
 * alone costs: the first should come within 15 % of the second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class VerifyBenchmark {
  private static final int AUTHORS = 20;
  private static final int EVENTS = 1000;

  /** Who does the arithmetic: BouncyCastle, or Amazon's native library. */
  @Param({"java", "native"})
  public String library;

  private final SignedEnvelope[] envelopes = new SignedEnvelope[EVENTS];
  private final byte[][] messages = new byte[EVENTS][];
  private EnvelopeVerifier verifier;
  private Ed25519Library bare;

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
    return accounts(new Ed25519Suite());
  }

  private static FixedExtensions.Builder accounts(SignatureSuite ed25519) {
    return FixedExtensions.builder()
        .add(DidMethod.class, "key", new KeyDidMethod())
        .add(SignatureSuite.class, "EdDSA", ed25519);
  }

  /** Signs the events. */
  @Setup
  public void sign() throws Exception {
    boolean fast = library.equals("native");
    verifier =
        verifier(
            fast
                ? accounts(new NativeEd25519Suite(NativeProvider.load())).build()
                : accounts().build());
    byte[][] keys = new byte[AUTHORS][];
    for (int i = 0; i < EVENTS; i++) {
      envelopes[i] =
          Samples.decode(Samples.instance(Samples.author(i % AUTHORS), i)).envelope().orElseThrow();
      messages[i] = envelopes[i].jws().signingInput();
      keys[i % AUTHORS] = key(envelopes[i]);
    }
    bare = fast ? Ed25519Library.ofAmazon(keys) : Ed25519Library.ofBouncyCastle(keys);
  }

  private static byte[] key(SignedEnvelope envelope) throws DidException {
    return new KeyDidMethod()
        .resolve(
            DidUrl.parse(envelope.header().kid().orElseThrow()),
            new DidMethod.ResolveOptions(Optional.empty(), Deadline.NONE))
        .verificationMethods()
        .getFirst()
        .publicKey();
  }

  /** Ends the verifier. */
  @TearDown
  public void close() {
    verifier.close();
  }

  /** The library's call, with the message made beforehand and the key in the library's own form. */
  @Benchmark
  @Threads(1)
  public boolean bareCallAlone(Turn turn) throws Exception {
    int i = turn.next++ % EVENTS;
    return bare.verify(i % AUTHORS, messages[i], envelopes[i].jws().signature());
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
