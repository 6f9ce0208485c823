package org.kiln.streams.derive;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.ipld.event.CheckedNodes;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;

/**
 * Finds out all that can be known of an event apart from its stream's state: its signature and, for
 * a time event, what its chain says. Costly, needs no lock.
 */
public final class EventVerifier {
  private final SignatureVerifier verifier;
  private final ProofTimes proofTimes;
  private final EventLog log;

  public EventVerifier(SignatureVerifier verifier, ProofTimes proofTimes, EventLog log) {
    this.verifier = verifier;
    this.proofTimes = proofTimes;
    this.log = log;
  }

  /**
   * Judges an event that comes from outside.
   *
   * @throws UnverifiedException when its signature does not fit
   * @throws DependencyMissingException when the signature cannot be checked now
   */
  public VerifiedEvent incoming(DecodedEvent event, boolean local, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    return incoming(event, local, new CheckedNodes(), deadline);
  }

  /**
   * Judges one of several events that come together.
   *
   * @param checked what was read of the trees that their proofs share
   * @throws UnverifiedException when its signature does not fit
   * @throws DependencyMissingException when the signature cannot be checked now
   */
  public VerifiedEvent incoming(
      DecodedEvent event, boolean local, CheckedNodes checked, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    Optional<VerifiedSignature> signature = Optional.empty();
    if (event.envelope().isPresent()) {
      signature = Optional.of(verifier.verify(event.envelope().get(), deadline));
    }
    return new VerifiedEvent(
        event, signature, OptionalLong.empty(), time(event, checked, true, deadline), local);
  }

  /**
   * Judges an event of our own log, whose signature was checked before it got there.
   *
   * @throws UnverifiedException when its signature was not checked then and does not fit now
   * @throws DependencyMissingException when it was not checked then and cannot be checked now
   */
  VerifiedEvent stored(StoredEvent stored, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    DecodedEvent event = decode(stored.event());
    Optional<VerifiedSignature> signature = Optional.empty();
    if (event.envelope().isPresent()) {
      signature =
          Optional.of(
              stored.event().authenticated()
                  ? verifier.trust(event.envelope().get())
                  : verifier.verify(event.envelope().get(), deadline));
    }
    Optional<ProofTimes.Verdict> time = time(event, new CheckedNodes(), false, deadline);
    return new VerifiedEvent(event, signature, OptionalLong.empty(), time, false);
  }

  /** What is known of a time event without asking its chain; empty for others. */
  Optional<ProofTimes.Verdict> known(DecodedEvent event) {
    Deadline now = Deadline.in(Duration.ZERO);
    if (!(event.event() instanceof Event.Time) || RemoteCalls.forbidden()) {
      return time(event, new CheckedNodes(), false, now);
    }
    try (RemoteCalls.Forbidden forbidden = RemoteCalls.forbid()) {
      return time(event, new CheckedNodes(), false, now);
    }
  }

  /** Decodes an event of our own log; blocks shared with other events are fetched from it. */
  DecodedEvent decode(NewEvent kept) {
    Map<Cid, Block> own = new HashMap<>();
    for (Block block : kept.blocks()) {
      own.put(block.cid(), block);
    }
    try {
      return EventDecoder.decode(
          kept.cid(),
          cid -> {
            Block block = own.get(cid);
            return block != null ? Optional.of(block) : log.block(cid);
          });
    } catch (CodecException e) {
      throw new IllegalStateException(
          "Event "
              + kept.cid()
              + " of stream "
              + kept.stream()
              + " in our log is broken: "
              + e.getMessage(),
          e);
    }
  }

  private Optional<ProofTimes.Verdict> time(
      DecodedEvent event, CheckedNodes checked, boolean patient, Deadline deadline) {
    return event.event() instanceof Event.Time time
        ? Optional.of(proofTimes.verdict(time, event.blocks(), checked, patient, deadline))
        : Optional.empty();
  }
}
