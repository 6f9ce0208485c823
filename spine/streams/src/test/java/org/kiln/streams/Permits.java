package org.kiln.streams;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.SignatureValidity;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.SignedEnvelope;

/**
 * Events signed under a permit, as sessions sign under a CACAO: the owner let a session key write
 * until a time, which stands in the event itself. An event is good when it is from before that time
 * by its time event, or by the clock while it has none.
 */
final class Permits implements SignatureVerifier {
  static final String OWNER = "did:test:owner";

  /** One of whom it cannot be told whom it let act for it. */
  static final String CHANGING = "did:test:changing";

  private static final String SESSION = "did:test:session";
  private static final byte[] HEADER =
      ("{\"alg\":\"test\",\"kid\":\"" + SESSION + "#key\"}").getBytes(StandardCharsets.US_ASCII);

  private final Clock clock;

  Permits(Clock clock) {
    this.clock = clock;
  }

  /** A note under a permit. */
  static DecodedEvent note(StreamId stream, Cid prev, String note, long expires) {
    Block payload =
        Block.of(
            Cid.DAG_CBOR,
            DagCbor.encode(
                Ipld.map(
                    "id", Ipld.of(stream.init()),
                    "prev", Ipld.of(prev),
                    "data", Ipld.map("note", Ipld.of(note), "expires", Ipld.of(expires)))));
    Jws jws = new Jws(payload.cid().bytes(), HEADER, new byte[64]);
    Block envelope = Block.of(Cid.DAG_JOSE, DagJose.encode(jws));
    return Scene.decode(Map.of(payload.cid(), payload), envelope);
  }

  @Override
  public VerifiedSignature verify(SignedEnvelope envelope, Deadline deadline) {
    return trust(envelope);
  }

  @Override
  public VerifiedSignature trust(SignedEnvelope envelope) {
    try {
      Ipld.Map payload = (Ipld.Map) DagCbor.decode(envelope.payload().data());
      Ipld.Map data = (Ipld.Map) payload.get("data").orElseThrow();
      long expires = ((Ipld.Int) data.get("expires").orElseThrow()).value().longValueExact();
      return new VerifiedSignature(
          DidUrl.parse(SESSION + "#key"),
          "test",
          Optional.of(
              new VerifiedSignature.Capability(
                  envelope.payload().cid(),
                  OWNER,
                  SESSION,
                  List.of(),
                  OptionalLong.empty(),
                  OptionalLong.empty(),
                  OptionalLong.of(expires))));
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void authorize(
      VerifiedSignature signature,
      String controller,
      StreamId stream,
      Optional<StreamId> model,
      Cid payload,
      OptionalLong atTime)
      throws UnverifiedException {
    if (expired(
        signature.expiration().orElseThrow(), atTime.orElse(clock.instant().getEpochSecond()))) {
      throw new UnverifiedException("The permit has expired");
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
    if (controller.equals(CHANGING)) {
      throw new DependencyMissingException(new Dependency.Did(controller), "Nobody knows");
    }
    if (!controller.equals(OWNER)) {
      throw new UnverifiedException("The permit is another's");
    }
  }

  @Override
  public boolean expired(long expiration, long atTime) {
    return expiration < atTime;
  }

  @Override
  public Optional<SignatureValidity> validity(
      VerifiedSignature signature, List<String> controllers) {
    return Optional.of(
        new SignatureValidity(
            signature.kid(), OWNER, Long.MIN_VALUE, signature.expiration().orElseThrow()));
  }

  @Override
  public boolean standsAt(SignatureValidity validity, long atTime) {
    return validity.until() >= atTime;
  }

  @Override
  public VerifiedSignature verify(Jws jws, Deadline deadline) {
    throw new AssertionError("No events but these are signed here");
  }
}
