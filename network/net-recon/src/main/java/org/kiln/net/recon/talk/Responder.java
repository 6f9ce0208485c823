package org.kiln.net.recon.talk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.kiln.api.net.PeerStream;
import org.kiln.net.recon.range.Comparison;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.wire.MessageCounts;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;

/** The side that is asked. For one conversation, and one thread. */
public final class Responder {
  private final PeerStream stream;
  private final Space space;
  private final Toll toll;
  private final List<KeyRange> wanted;
  private final Line line;
  private final Inbox inbox;
  private boolean negotiated;
  private long requests;
  private int common;
  private boolean same = true;

  /**
   * Over a stream the peer has opened.
   *
   * @param offers what the peer is given
   * @param toll what it pays for what it says and asks
   * @param counts told of each message
   */
  public Responder(
      PeerStream stream,
      Space space,
      Offers offers,
      TalkLimits limits,
      Toll toll,
      MessageCounts counts) {
    this(stream, space, offers, limits, toll, counts, System::nanoTime);
  }

  Responder(
      PeerStream stream,
      Space space,
      Offers offers,
      TalkLimits limits,
      Toll toll,
      MessageCounts counts,
      LongSupplier clock) {
    this.stream = stream;
    this.space = space;
    this.toll = toll;
    this.wanted = space.interests();
    this.inbox = new Inbox(space, wanted, stream.peer().id(), limits);
    this.line = new Line(stream, space, offers, limits, counts, Optional.empty(), clock);
  }

  /**
   * Has the conversation. A peer that ends between two messages has finished, too.
   *
   * @throws ReconException when the peer breaks the protocol
   * @throws IOException when the peer is gone, says nothing for long, or comes to no end
   */
  public Talk run() throws IOException {
    try {
      boolean more = true;
      while (more) {
        Optional<ReconMessage> message = line.hear();
        more = message.isPresent() && hear(message.get());
      }
      inbox.keep();
      line.end();
      line.awaitWritten();
      stream.close();
    } catch (IOException | RuntimeException e) {
      line.giveUp();
      stream.reset();
      inbox.awaitAbandoned();
      throw e;
    }
    return new Talk(
        same,
        line.isCut(),
        common,
        inbox.taken(),
        line.sent(),
        line.unsent(),
        requests,
        line.bytesIn(),
        line.bytesOut());
  }

  /** Answers whether there may be more. */
  private boolean hear(ReconMessage message) throws IOException {
    toll.pay(Toll.MESSAGE);
    switch (message) {
      case ReconMessage.InterestRequest(List<KeyRange> ranges) -> interests(ranges);
      case ReconMessage.RangeRequest(RangeDigest range) -> answer(range);
      case ReconMessage.Value value -> {
        same = false;
        inbox.add(value);
      }
      case ReconMessage.TooLarge value -> inbox.add(value);
      case ReconMessage.Finished finished -> {
        return false;
      }
      default ->
          throw new ReconException(
              "An initiator does not say " + message.getClass().getSimpleName());
    }
    return true;
  }

  /** Ours in their order, for each of them theirs in the order they came; nothing is merged. */
  private void interests(List<KeyRange> theirs) throws IOException {
    if (negotiated) {
      throw new ReconException("A second InterestRequest");
    }
    negotiated = true;
    toll.pay(wanted.size() * theirs.size() / Toll.PAIRS);
    List<KeyRange> shared = new ArrayList<>();
    int max = space.limits().interests();
    for (KeyRange own : wanted) {
      for (KeyRange their : theirs) {
        own.and(their).ifPresent(shared::add);
      }
      if (shared.size() > max) {
        throw new ReconException("More than " + max + " interests are common");
      }
    }
    common = shared.size();
    line.say(new ReconMessage.InterestResponse(shared));
  }

  private void answer(RangeDigest range) throws IOException {
    requests++;
    toll.pay(Toll.RANGE);
    switch (Comparison.of(space, range, line.parts())) {
      case Comparison.Synchronized(RangeDigest own) ->
          line.say(new ReconMessage.RangeResponse(List.of(own)));
      case Comparison.RemoteMissing(KeyRange missing) -> {
        same = false;
        line.sayValues(missing, range);
        line.say(new ReconMessage.RangeResponse(List.of()));
      }
      case Comparison.Unsynchronized(List<RangeDigest> own) -> {
        same = false;
        line.say(new ReconMessage.RangeResponse(own));
      }
    }
  }
}
