package org.kiln.net.recon.talk;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.net.recon.range.Comparison;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;

/** The side that begins a conversation and asks. For one conversation, and one thread. */
public final class Initiator {
  /** Ranges that wait to be asked for: depth first, so that an honest peer makes them few. */
  private static final int MAX_WAITING = 100_000;

  private final PeerStream stream;
  private final Space space;
  private final TalkLimits limits;
  private final Line line;
  private final Inbox inbox;
  private final Deadline end;
  private final Deque<RangeDigest> waiting = new ArrayDeque<>();
  private int outstanding;
  private int underWay;
  private int fruitless;
  private long requests;
  private int common;
  private boolean same = true;
  private boolean finished;

  /** Over a stream that was opened for it. */
  public Initiator(PeerStream stream, Space space, TalkLimits limits) {
    this(stream, space, limits, UUID.randomUUID().toString());
  }

  Initiator(PeerStream stream, Space space, TalkLimits limits, String syncId) {
    this.stream = stream;
    this.space = space;
    this.limits = limits;
    this.line = new Line(stream, space, limits, Optional.of(syncId));
    this.inbox = new Inbox(space, stream.peer().id(), limits);
    this.end = Deadline.in(limits.length());
  }

  /**
   * Has the conversation, and ends the stream.
   *
   * @throws ReconException when the peer breaks the protocol
   * @throws IOException when the peer is gone, or does not answer
   */
  public Talk run() throws IOException {
    try {
      line.say(new ReconMessage.InterestRequest(space.interests()));
      while (!finished) {
        hear();
      }
      line.awaitWritten();
      awaitEnd();
      stream.close();
    } catch (IOException | RuntimeException e) {
      line.giveUp();
      stream.reset();
      throw e;
    }
    return new Talk(
        same,
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
    if (requests > 0) {
      throw new ReconException("A second InterestResponse");
    }
    common = ranges.size();
    request(ranges.stream().map(range -> RangeDigest.of(space, range)).toList());
    finishWhenDone();
  }

  private void answer(List<RangeDigest> ranges) throws IOException {
    if (underWay == 0) {
      throw new ReconException("A RangeResponse to no request");
    }
    outstanding--;
    underWay--;
    fruitless++;
    for (RangeDigest range : ranges) {
      switch (Comparison.of(space, range)) {
        case Comparison.Synchronized equal -> fruitless = 0;
        case Comparison.RemoteMissing(KeyRange missing) -> {
          fruitless = 0;
          same = false;
          line.sayValues(missing);
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
    outstanding += ranges.size();
    int now = Math.min(ranges.size(), Math.max(0, limits.window() - underWay));
    List<RangeDigest> asked = new ArrayList<>(ranges.subList(0, now));
    ranges.subList(now, ranges.size()).forEach(waiting::push);
    if (end.expired()) {
      // The rest is the next conversation's.
      outstanding -= waiting.size();
      waiting.clear();
    }
    while (underWay + asked.size() < limits.window() && !waiting.isEmpty()) {
      asked.add(waiting.pop());
    }
    if (waiting.size() > MAX_WAITING) {
      throw new ReconException("The peer has made " + waiting.size() + " ranges of a few");
    }
    underWay += asked.size();
    requests += asked.size();
    for (RangeDigest range : asked) {
      line.say(new ReconMessage.RangeRequest(range));
    }
  }

  private void finishWhenDone() throws IOException {
    if (outstanding == 0) {
      inbox.keep();
      finished = true;
      line.say(new ReconMessage.Finished());
      line.end();
    }
  }
}
