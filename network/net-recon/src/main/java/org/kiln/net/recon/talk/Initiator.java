package org.kiln.net.recon.talk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.net.recon.range.Comparison;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.wire.MessageCounts;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;

/** The side that begins a conversation and asks. For one conversation, and one thread. */
public final class Initiator {
  /** Requests of ours that one of our make has to answer at a time; it takes five times as many. */
  private static final int OWN_WINDOW = 200;

  private final PeerStream stream;
  private final Space space;
  private final TalkLimits limits;
  private final Toll toll;
  private final Line line;
  private final Inbox inbox;
  private final List<KeyRange> wanted;
  private final Questions questions;
  private List<KeyRange> later = List.of();
  private int fruitless;
  private long requests;
  private int common;
  private boolean same = true;
  private boolean negotiated;
  private boolean cut;
  private boolean finished;

  /**
   * Over a stream that was opened for it.
   *
   * @param offers what the peer is given
   * @param toll what the peer pays for what it answers
   * @param counts told of each message
   */
  public Initiator(
      PeerStream stream,
      Space space,
      Offers offers,
      TalkLimits limits,
      Toll toll,
      MessageCounts counts) {
    this(
        stream,
        space,
        offers,
        limits,
        toll,
        counts,
        UUID.randomUUID().toString(),
        System::nanoTime);
  }

  Initiator(
      PeerStream stream,
      Space space,
      Offers offers,
      TalkLimits limits,
      Toll toll,
      MessageCounts counts,
      String syncId,
      LongSupplier clock) {
    this.stream = stream;
    this.space = space;
    this.limits = limits;
    this.toll = toll;
    this.wanted = space.interests();
    this.questions = new Questions(Line.isOwn(stream, space) ? OWN_WINDOW : limits.window());
    this.inbox = new Inbox(space, wanted, stream.peer().id(), limits);
    // Only ceramic-one's log has a use for it.
    Optional<String> name = Line.isOwn(stream, space) ? Optional.empty() : Optional.of(syncId);
    this.line = new Line(stream, space, offers, limits, counts, name, clock);
  }

  /**
   * Has the conversation, and ends the stream.
   *
   * @throws ReconException when the peer breaks the protocol
   * @throws IOException when the peer is gone, or does not answer
   */
  public Talk run() throws IOException {
    try {
      line.say(new ReconMessage.InterestRequest(wanted));
      while (!finished) {
        hear();
      }
      line.awaitWritten();
      awaitEnd();
      stream.close();
    } catch (IOException | RuntimeException e) {
      line.giveUp();
      stream.reset();
      inbox.awaitAbandoned();
      throw e;
    }
    return new Talk(
        same,
        cut || line.isCut(),
        common,
        inbox.taken(),
        line.sent(),
        line.unsent(),
        requests,
        line.bytesIn(),
        line.bytesOut());
  }

  /** How the other side ends is its affair: ceramic-one resets its stream about half the time. */
  private void awaitEnd() {
    byte[] rest = new byte[64];
    try {
      // It keeps what it got first; what it might still say means nothing any more.
      stream.read(rest, 0, rest.length, Deadline.in(limits.patience()));
    } catch (IOException e) {
      return;
    }
  }

  private void hear() throws IOException {
    ReconMessage message =
        line.hear().orElseThrow(() -> new ReconException("The peer ended before it was asked to"));
    toll.pay(Toll.MESSAGE);
    switch (message) {
      case ReconMessage.InterestResponse(List<KeyRange> ranges) -> interests(ranges);
      case ReconMessage.RangeResponse(List<RangeDigest> ranges) -> answer(ranges);
      case ReconMessage.Value value -> {
        fruitless = 0;
        same = false;
        inbox.add(value);
      }
      case ReconMessage.TooLarge value -> inbox.add(value);
      default ->
          throw new ReconException(
              "A responder does not say " + message.getClass().getSimpleName());
    }
  }

  private void interests(List<KeyRange> ranges) throws IOException {
    if (negotiated) {
      throw new ReconException("A second InterestResponse");
    }
    negotiated = true;
    common = ranges.size();
    toll.pay(common * Toll.RANGE + wanted.size() * common / Toll.PAIRS);
    for (KeyRange range : ranges) {
      if (wanted.stream().noneMatch(own -> own.and(range).equals(Optional.of(range)))) {
        throw new ReconException("An InterestResponse names what nobody asked for");
      }
    }
    List<KeyRange> first = new ArrayList<>();
    List<KeyRange> rest = new ArrayList<>();
    for (KeyRange range : ranges) {
      Optional<KeyRange> part = space.basis().flatMap(range::and);
      part.ifPresent(first::add);
      rest.addAll(part.isPresent() ? range.without(part.get()) : List.of(range));
    }
    later = rest;
    request(digests(first));
    finishWhenDone();
  }

  private List<RangeDigest> digests(List<KeyRange> ranges) {
    return ranges.stream().map(range -> RangeDigest.of(space, range)).toList();
  }

  private void answer(List<RangeDigest> ranges) throws IOException {
    questions.answered(ranges);
    toll.pay(ranges.size() * Toll.RANGE);
    fruitless++;
    for (RangeDigest range : ranges) {
      switch (Comparison.of(space, range, line.parts())) {
        case Comparison.Synchronized(RangeDigest own) -> {
          if (!own.isZero()) {
            fruitless = 0;
          }
        }
        case Comparison.RemoteMissing(KeyRange missing) -> {
          fruitless = 0;
          same = false;
          line.sayValues(missing, range);
        }
        case Comparison.Unsynchronized(List<RangeDigest> own) -> {
          same = false;
          request(own);
        }
      }
    }
    if (fruitless > limits.fruitless()) {
      throw new ReconException("The ranges of the peer lead nowhere: " + fruitless + " answers");
    }
    request(List.of());
    finishWhenDone();
  }

  /** Asks as far as the window allows: first for these, the others when there is room again. */
  private void request(List<RangeDigest> ranges) throws IOException {
    if (line.hasHadItsTime()) {
      // The rest is the next conversation's.
      cut |= questions.forget() || !ranges.isEmpty();
      return;
    }
    for (RangeDigest range : questions.add(ranges)) {
      requests++;
      line.say(new ReconMessage.RangeRequest(range));
    }
  }

  private void finishWhenDone() throws IOException {
    if (questions.isEmpty() && !later.isEmpty()) {
      List<KeyRange> next = later;
      later = List.of();
      request(digests(next));
    }
    if (questions.isEmpty()) {
      inbox.keep();
      finished = true;
      line.say(new ReconMessage.Finished());
      line.end();
    }
  }
}
