package org.kiln.did;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureValidity;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.identity.VerifiedSignature.Capability;
import org.kiln.core.lending.Lease;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;

/**
 * Checks signatures and permissions with the accounts and algorithms that are installed. Holds no
 * locks of its own; resolved DIDs and verified capabilities are remembered within bounds.
 * Thread-safe.
 */
public final class EnvelopeVerifier implements SignatureVerifier, AutoCloseable {
  private static final String INVALID_SIGNATURE = "invalid_signature: Signature invalid for JWT";
  private static final int MAX_KID = 4096;
  private static final int MAX_ALG = 32;

  private final ExtensionRegistry registry;
  private final Clock clock;
  private final VerifierSettings settings;
  private final ResolvedDids dids;
  private final Capabilities capabilities;
  private final List<AutoCloseable> subscriptions;

  /** A verifier that asks the registry's extensions. */
  public EnvelopeVerifier(ExtensionRegistry registry, Clock clock, VerifierSettings settings) {
    this.registry = registry;
    this.clock = clock;
    this.settings = settings;
    this.dids = new ResolvedDids(registry, settings);
    this.capabilities = new Capabilities(registry, settings);
    // A swapped plugin may judge differently: what its predecessor said is not remembered.
    this.subscriptions =
        List.of(
            registry.onChange(DidMethod.class, (key, present) -> dids.forget()),
            registry.onChange(CapabilitySignature.class, (key, present) -> capabilities.forget()));
  }

  @Override
  public VerifiedSignature verify(SignedEnvelope envelope, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    DidUrl kid = verifySignature(envelope.jws(), envelope.header(), deadline);
    Optional<Block> block = capabilityBlock(envelope);
    Optional<Capability> capability =
        block.isPresent()
            ? Optional.of(capabilities.verify(block.get(), deadline))
            : Optional.empty();
    return new VerifiedSignature(kid, envelope.header().alg(), capability);
  }

  @Override
  public VerifiedSignature trust(SignedEnvelope envelope) throws UnverifiedException {
    DidUrl kid = kid(envelope.header());
    Optional<Block> block = capabilityBlock(envelope);
    Optional<Capability> capability =
        block.isPresent() ? Optional.of(capabilities.trust(block.get())) : Optional.empty();
    return new VerifiedSignature(kid, envelope.header().alg(), capability);
  }

  @Override
  public VerifiedSignature verify(Jws jws, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    Jws.Header header;
    try {
      header = jws.header();
    } catch (CodecException e) {
      throw new UnverifiedException("invalid_argument: Incorrect format JWS: " + e.getMessage());
    }
    DidUrl kid = verifySignature(jws, header, deadline);
    return new VerifiedSignature(kid, header.alg(), Optional.empty());
  }

  @Override
  public void authorize(
      VerifiedSignature signature,
      String controller,
      StreamId stream,
      Optional<StreamId> model,
      Cid payload,
      OptionalLong atTime)
      throws UnverifiedException, DependencyMissingException {
    Optional<Capability> capability = signature.capability();
    if (capability.isPresent()) {
      Permission.demand(capability.get(), stream, model, payload);
    }
    demandInForce(signature.kid(), atTime);
    demandStanding(signature.kid(), controller, capability, atTime);
    if (capability.isPresent()) {
      demandInTime(capability.get(), atTime);
    }
  }

  @Override
  public void authorizeEver(
      VerifiedSignature signature,
      String controller,
      StreamId stream,
      Optional<StreamId> model,
      Cid payload)
      throws UnverifiedException, DependencyMissingException {
    Optional<Capability> capability = signature.capability();
    if (capability.isPresent()) {
      Permission.demand(capability.get(), stream, model, payload);
    }
    if (!standsAlone(signature.kid(), controller, capability)) {
      demandUnchanging(controller);
      demandNamed(signature.kid(), controller, capability, OptionalLong.empty());
    }
  }

  /** Who acts for a controller today may not have done so, and whoever did may not do so today. */
  private static void demandUnchanging(String controller)
      throws UnverifiedException, DependencyMissingException {
    if (Accounts.mayChange(url(controller).did().method())) {
      throw new DependencyMissingException(
          new Dependency.Did(controller),
          "Whom " + controller + " lets act for it is known of each time by itself, not for ever");
    }
  }

  @Override
  public Optional<SignatureValidity> validity(
      VerifiedSignature signature, List<String> controllers) {
    Optional<Capability> capability = signature.capability();
    String account = capability.map(Capability::issuer).orElse(signature.kid().did().value());
    if (!anySame(controllers, account)) {
      // The controller's document decides, and documents have versions.
      return Optional.empty();
    }
    return Optional.of(
        new SignatureValidity(
            signature.kid(),
            account,
            capability.map(EnvelopeVerifier::from).orElse(Long.MIN_VALUE),
            capability.map(c -> c.expiration().orElse(Long.MAX_VALUE)).orElse(Long.MAX_VALUE)));
  }

  private static boolean anySame(List<String> controllers, String account) {
    for (String controller : controllers) {
      if (Accounts.same(controller, account)) {
        return true;
      }
    }
    return false;
  }

  private static long from(Capability capability) {
    return Math.max(
        capability.issuedAt().orElse(Long.MIN_VALUE),
        capability.notBefore().orElse(Long.MIN_VALUE));
  }

  @Override
  public boolean standsAt(SignatureValidity validity, long atTime) {
    if (atTime < validity.from() || atTime > validity.until()) {
      return false;
    }
    try {
      DidDocument document =
          dids.resolveUnlessFailed(
              validity.kid(), Optional.empty(), Deadline.in(settings.resolveTimeout()));
      return document.updated().isEmpty() && document.nextUpdate().isEmpty();
    } catch (UnverifiedException | DependencyMissingException e) {
      return false;
    }
  }

  private DidUrl verifySignature(Jws jws, Jws.Header header, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    DidUrl kid = kid(header);
    DidDocument document = dids.resolve(kid, Optional.empty(), deadline);
    String alg = canonical(header.alg());
    List<VerificationMethod> keys = keys(document, kid, alg);
    if (keys.isEmpty() && !registry.keys(SignatureSuite.class).contains(alg)) {
      throw new UnverifiedException("not_supported: Unsupported algorithm " + shown(alg));
    }
    if (keys.isEmpty()) {
      throw new UnverifiedException(INVALID_SIGNATURE);
    }
    try (Lease<SignatureSuite> suite = registry.acquire(SignatureSuite.class, alg, deadline)) {
      for (VerificationMethod key : keys) {
        // Each try has bytes of its own: what a plugin does to them must not change the next one.
        if (suite.service().verify(key.publicKey(), jws.signingInput(), jws.signature().clone())) {
          return kid;
        }
      }
    } catch (ExtensionMissingException e) {
      throw new DependencyMissingException(
          Dependency.algorithm(alg),
          "not_supported: Unsupported algorithm "
              + alg
              + ": none is installed; the signature will be checked when one is");
    } catch (RuntimeException e) {
      // No verdict: what fails to answer has not said that the signature is wrong.
      throw new DependencyMissingException(
          Dependency.algorithm(alg),
          "The verifier of algorithm " + alg + " failed: " + e.getMessage());
    }
    throw new UnverifiedException(INVALID_SIGNATURE);
  }

  private static DidUrl kid(Jws.Header header) throws UnverifiedException {
    if (header.kid().isEmpty()) {
      throw new UnverifiedException("No \"kid\" found in jws");
    }
    String kid = header.kid().get();
    if (kid.length() > MAX_KID) {
      throw new UnverifiedException("kid of " + kid.length() + " characters is too long");
    }
    try {
      return DidUrl.parse(kid);
    } catch (IllegalArgumentException e) {
      throw new UnverifiedException("Failed to resolve " + kid + ": invalidDid, " + e.getMessage());
    }
  }

  /** RFC 9864 names the curve where RFC 8037 named only the scheme; the bytes are the same. */
  private static String canonical(String alg) {
    return alg.equals("Ed25519") ? "EdDSA" : alg;
  }

  /** Keys that suit the algorithm, the one the kid names first: it nearly always is the one. */
  private static List<VerificationMethod> keys(DidDocument document, DidUrl kid, String alg) {
    List<VerificationMethod> keys = new ArrayList<>(document.verificationMethods().size());
    for (VerificationMethod key : document.verificationMethods()) {
      if (key.algorithms().contains(alg)) {
        if (kid.fragment().isPresent() && key.id().endsWith("#" + kid.fragment().get())) {
          keys.addFirst(key);
        } else {
          keys.add(key);
        }
      }
    }
    return keys;
  }

  private static Optional<Block> capabilityBlock(SignedEnvelope envelope)
      throws UnverifiedException {
    Optional<Cid> named = envelope.header().capability();
    Optional<Block> block = envelope.capability();
    if (!named.equals(block.map(Block::cid))) {
      throw new UnverifiedException(
          "The capability of the event is "
              + block.map(b -> b.cid().toString()).orElse("missing")
              + ", its header names "
              + named.map(Cid::toString).orElse("none"));
    }
    return block;
  }

  /** Methods with versions: was this version of the signer's keys in force? */
  private void demandInForce(DidUrl kid, OptionalLong atTime)
      throws UnverifiedException, DependencyMissingException {
    DidDocument document =
        dids.resolveUnlessFailed(kid, Optional.empty(), Deadline.in(settings.resolveTimeout()));
    if (document.nextUpdate().isPresent()) {
      long revoked = document.nextUpdate().get().plus(settings.phaseOut()).getEpochSecond();
      if (atTime.isEmpty() || atTime.getAsLong() >= revoked) {
        throw new UnverifiedException(
            "invalid_jws: signature authored with a revoked DID version: " + kid);
      }
    }
    if (document.updated().isPresent()
        && atTime.isPresent()
        && atTime.getAsLong() < document.updated().get().getEpochSecond()) {
      throw new UnverifiedException(
          "invalid_jws: signature authored before creation of DID version: " + kid);
    }
  }

  /** The controller is the signer, or let the signer act for it. */
  private void demandStanding(
      DidUrl kid, String controller, Optional<Capability> capability, OptionalLong atTime)
      throws UnverifiedException, DependencyMissingException {
    if (!standsAlone(kid, controller, capability)) {
      demandNamed(kid, controller, capability, atTime);
    }
  }

  private static boolean isGranted(String signer, Optional<Capability> capability) {
    return capability.isPresent() && capability.get().audience().equals(signer);
  }

  /** Whether the signature and its capability say so, whatever the controller's document says. */
  private static boolean standsAlone(DidUrl kid, String controller, Optional<Capability> capability)
      throws UnverifiedException {
    String signer = kid.did().value();
    boolean granted = isGranted(signer, capability);
    if (granted && Accounts.same(controller, capability.get().issuer())) {
      return true;
    }
    if (controller.equals(signer) && capability.isPresent() && !granted) {
      throw new UnverifiedException(
          "invalid_jws: signer '" + signer + "' was not granted permission by capability");
    }
    return controller.equals(signer);
  }

  /** The controller's document names the signer, or who let the signer act. */
  private void demandNamed(
      DidUrl kid, String controller, Optional<Capability> capability, OptionalLong atTime)
      throws UnverifiedException, DependencyMissingException {
    String signer = kid.did().value();
    boolean granted = isGranted(signer, capability);
    for (String other : controllersOf(controller, atTime)) {
      if (other.equals(signer) || granted && Accounts.same(other, capability.get().issuer())) {
        return;
      }
    }
    throw new UnverifiedException("invalid_jws: not a valid verificationMethod for issuer: " + kid);
  }

  private Iterable<String> controllersOf(String controller, OptionalLong atTime)
      throws UnverifiedException, DependencyMissingException {
    DidUrl url = url(controller);
    Optional<Instant> at =
        atTime.isPresent()
            ? Optional.of(Instant.ofEpochSecond(atTime.getAsLong()))
            : Optional.empty();
    return dids.resolveUnlessFailed(url, at, Deadline.in(settings.resolveTimeout())).controllers();
  }

  private static DidUrl url(String controller) throws UnverifiedException {
    try {
      return DidUrl.parse(controller);
    } catch (IllegalArgumentException e) {
      throw new UnverifiedException(
          "Failed to resolve " + controller + ": invalidDid, " + e.getMessage());
    }
  }

  private void demandInTime(Capability capability, OptionalLong atTime) throws UnverifiedException {
    long at = atTime.orElse(clock.instant().getEpochSecond());
    long skew = settings.clockSkew().toSeconds();
    if (capability.issuedAt().orElse(at) > at + skew
        || capability.notBefore().orElse(at) > at + skew) {
      throw new UnverifiedException("CACAO is not valid yet");
    }
    if (capability.expiration().isPresent() && expired(capability.expiration().getAsLong(), at)) {
      throw new UnverifiedException("CACAO has expired");
    }
  }

  @Override
  public boolean expired(long expiration, long atTime) {
    return expiration < atTime - settings.phaseOut().plus(settings.clockSkew()).toSeconds();
  }

  private static String shown(String alg) {
    return alg.length() <= MAX_ALG ? alg : alg.substring(0, MAX_ALG) + "…";
  }

  @Override
  public void close() {
    for (AutoCloseable subscription : subscriptions) {
      try {
        subscription.close();
      } catch (Exception e) {
        throw new IllegalStateException("Subscription to the registry does not close", e);
      }
    }
  }
}
