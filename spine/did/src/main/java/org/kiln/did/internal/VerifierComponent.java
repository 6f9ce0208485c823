package org.kiln.did.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureValidity;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Publishes {@link EnvelopeVerifier}. */
@Component(service = SignatureVerifier.class, configurationPid = "org.kiln.did")
@Designate(ocd = VerifierComponent.Config.class)
public final class VerifierComponent implements SignatureVerifier {
  private final EnvelopeVerifier verifier;

  /** How signatures are checked. */
  @ObjectClassDefinition(name = "Kiln signatures and capabilities")
  @interface Config {
    @AttributeDefinition(
        description = "Hours a signature may wait for its timestamp after expiry or revocation")
    int phase_out_hours() default 24;

    @AttributeDefinition(description = "Seconds the clocks of wallet and node may differ")
    int clock_skew_seconds() default 300;

    @AttributeDefinition(description = "How many resolved DIDs to remember at most")
    int remembered_dids() default 10_000;

    @AttributeDefinition(description = "Seconds a resolved DID is remembered")
    int remember_did_seconds() default 60;

    @AttributeDefinition(description = "How many verified capabilities to remember at most")
    int remembered_capabilities() default 20_000;

    @AttributeDefinition(
        description = "Milliseconds resolving a DID may take while an event is applied")
    int resolve_timeout_ms() default 5_000;
  }

  /** Starts with the registry's extensions. */
  @Activate
  public VerifierComponent(@Reference ExtensionRegistry registry, Config config) {
    this.verifier =
        new EnvelopeVerifier(
            registry,
            Clock.systemUTC(),
            new VerifierSettings(
                Duration.ofHours(config.phase_out_hours()),
                Duration.ofSeconds(config.clock_skew_seconds()),
                config.remembered_dids(),
                Duration.ofSeconds(config.remember_did_seconds()),
                config.remembered_capabilities(),
                Duration.ofMillis(config.resolve_timeout_ms())));
  }

  @Deactivate
  void stop() {
    verifier.close();
  }

  @Override
  public VerifiedSignature verify(SignedEnvelope envelope, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    return verifier.verify(envelope, deadline);
  }

  @Override
  public VerifiedSignature trust(SignedEnvelope envelope) throws UnverifiedException {
    return verifier.trust(envelope);
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
    verifier.authorize(signature, controller, stream, model, payload, atTime);
  }

  @Override
  public void authorizeEver(
      VerifiedSignature signature,
      String controller,
      StreamId stream,
      Optional<StreamId> model,
      Cid payload)
      throws UnverifiedException, DependencyMissingException {
    verifier.authorizeEver(signature, controller, stream, model, payload);
  }

  @Override
  public Optional<SignatureValidity> validity(
      VerifiedSignature signature, List<String> controllers) {
    return verifier.validity(signature, controllers);
  }

  @Override
  public boolean standsAt(SignatureValidity validity, long atTime) {
    return verifier.standsAt(validity, atTime);
  }

  @Override
  public boolean expired(long expiration, long atTime) {
    return verifier.expired(expiration, atTime);
  }

  @Override
  public VerifiedSignature verify(Jws jws, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    return verifier.verify(jws, deadline);
  }
}
