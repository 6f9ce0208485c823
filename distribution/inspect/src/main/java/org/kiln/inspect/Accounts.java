package org.kiln.inspect;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.lending.Lease;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.did.key.P256Suite;
import org.kiln.did.key.Secp256k1Suite;
import org.kiln.did.pkh.Eip191Signature;
import org.kiln.did.pkh.PkhDidMethod;
import org.kiln.did.pkh.SolanaSignature;
import org.kiln.did.pkh.StacksSignature;
import org.kiln.did.pkh.TezosSignature;
import org.kiln.did.pkh.WebAuthnSignature;

/** The accounts that can be judged without a network: did:key, did:pkh and their signatures. */
public final class Accounts {
  private final ExtensionRegistry registry = extensions().build();

  /** The extensions, for who needs others beside them. */
  public static FixedExtensions.Builder extensions() {
    return FixedExtensions.builder()
        .add(DidMethod.class, "key", new KeyDidMethod())
        .add(DidMethod.class, "pkh", new PkhDidMethod())
        .add(SignatureSuite.class, "EdDSA", new Ed25519Suite())
        .add(SignatureSuite.class, "ES256K", new Secp256k1Suite())
        .add(SignatureSuite.class, "ES256", new P256Suite())
        .add(CapabilitySignature.class, "eip191", new Eip191Signature())
        .add(CapabilitySignature.class, "solana:ed25519", new SolanaSignature())
        .add(CapabilitySignature.class, "stacks:secp256k1", new StacksSignature())
        .add(CapabilitySignature.class, "tezos:ed25519", new TezosSignature())
        .add(CapabilitySignature.class, "webauthn:p256", new WebAuthnSignature());
  }

  /** The extensions themselves. */
  public ExtensionRegistry registry() {
    return registry;
  }

  /** Judges signatures as of a moment, with that phase-out of expired capabilities. */
  public SignatureVerifier verifier(Clock clock, Duration phaseOut) {
    VerifierSettings usual = VerifierSettings.DEFAULT;
    return new EnvelopeVerifier(
        registry,
        clock,
        new VerifierSettings(
            phaseOut,
            usual.clockSkew(),
            usual.rememberedDids(),
            usual.rememberDidFor(),
            usual.rememberedCapabilities(),
            usual.resolveTimeout()));
  }

  /** Judges signatures as of now. */
  public SignatureVerifier verifier() {
    return verifier(Clock.systemUTC(), VerifierSettings.DEFAULT.phaseOut());
  }

  /**
   * Demands that the init event's controller stands behind its signature, as of now.
   *
   * @throws UnverifiedException when it does not
   * @throws RefusedException when the event has not exactly one controller
   */
  public void authorize(VerifiedSignature signature, Event.Init init, Cid payload)
      throws UnverifiedException, DependencyMissingException, RefusedException {
    StreamId stream = StreamOf.init(init);
    StreamMetadata metadata = InitHeader.of(init).metadata();
    verifier()
        .authorize(
            signature,
            controller(metadata),
            stream,
            metadata.model(),
            payload,
            OptionalLong.empty());
  }

  /** Demands that an account stands behind the signature of something that is no event. */
  public void authorize(VerifiedSignature signature, String account, Cid payload)
      throws UnverifiedException, DependencyMissingException {
    verifier()
        .authorize(
            signature, account, StreamId.MODEL, Optional.empty(), payload, OptionalLong.empty());
  }

  private static String controller(StreamMetadata metadata) throws RefusedException {
    try {
      return metadata.onlyController();
    } catch (InvalidEventException e) {
      throw new RefusedException(e.getMessage());
    }
  }

  /** The W3C document of a DID. */
  public Ipld.Map document(String did) throws DidException, ExtensionMissingException {
    DidUrl url = DidUrl.parse(did);
    Deadline none = Deadline.NONE;
    try (Lease<DidMethod> method = registry.acquire(DidMethod.class, url.did().method(), none)) {
      return method
          .service()
          .resolve(url, new DidMethod.ResolveOptions(Optional.empty(), none))
          .json();
    }
  }
}
