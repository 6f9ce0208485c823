package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.SignatureValidity;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.SignedEnvelope;

/** Signatures of a DID method that is not installed when their events arrive. */
class MissingMethodTest {
  private static final long FAR_AWAY = 100_000_000_000L;

  private final Method method = new Method();
  private final Scene scene = new Scene(new Notes(1), method, Clock.systemUTC());

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldKeepEventsItCannotCheckAndCheckThemLater() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId stream = scene.create(init);
    DecodedEvent note = Permits.note(stream, init.event().cid(), "signed", FAR_AWAY);

    method.installed = false;
    Scene.receive(scene.streams, stream, note, Scene.PEER, Scene.in(30));
    assertThat(scene.store.contains(note.event().cid())).isTrue();
    assertThat(Scene.notes(scene.load(stream))).containsExactly("start");

    // A node that starts with the method installed: nothing was condemned for good.
    method.installed = true;
    try (Streams restarted = scene.open(new Notes(1))) {
      assertThat(Scene.notes(Scene.load(restarted, stream))).containsExactly("start", "signed");
    }
  }

  @Test
  void shouldRefuseThemAllTheSameWhenTheyTurnOutToBeForged() throws Exception {
    DecodedEvent init = Scene.init("start");
    StreamId stream = scene.create(init);
    DecodedEvent note = Permits.note(stream, init.event().cid(), "signed", FAR_AWAY);
    method.installed = false;
    Scene.receive(scene.streams, stream, note, Scene.PEER, Scene.in(30));
    method.installed = true;
    method.forged = true;
    try (Streams restarted = scene.open(new Notes(1))) {
      assertThat(Scene.notes(Scene.load(restarted, stream))).containsExactly("start");
    }
  }

  /** Permits, by a method that may be missing. */
  static final class Method implements SignatureVerifier {
    private final Permits permits = new Permits(Clock.systemUTC());
    volatile boolean installed = true;
    private volatile boolean forged;

    @Override
    public VerifiedSignature verify(SignedEnvelope envelope, Deadline deadline)
        throws UnverifiedException, DependencyMissingException {
      if (!installed) {
        throw new DependencyMissingException(
            Dependency.didMethod("test"), "No DID method 'test' is installed");
      }
      if (forged) {
        throw new UnverifiedException("invalid_signature: Signature invalid for JWT");
      }
      return permits.verify(envelope, deadline);
    }

    @Override
    public VerifiedSignature trust(SignedEnvelope envelope) {
      return permits.trust(envelope);
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
      if (!installed) {
        throw new DependencyMissingException(
            Dependency.didMethod("test"), "No DID method 'test' is installed");
      }
      permits.authorize(signature, controller, stream, model, payload, atTime);
    }

    @Override
    public Optional<SignatureValidity> validity(
        VerifiedSignature signature, List<String> controllers) {
      return permits.validity(signature, controllers);
    }

    @Override
    public boolean standsAt(SignatureValidity validity, long atTime) {
      return permits.standsAt(validity, atTime);
    }

    @Override
    public boolean expired(long expiration, long atTime) {
      return permits.expired(expiration, atTime);
    }

    @Override
    public VerifiedSignature verify(Jws jws, Deadline deadline) {
      return permits.verify(jws, deadline);
    }
  }
}
