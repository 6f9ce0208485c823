package org.kiln.net.recon.talk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.net.recon.range.Comparison;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.wire.Envelope;
import org.kiln.net.recon.wire.MessageCodec;
import org.kiln.net.recon.wire.MessageCounts;
import org.kiln.net.recon.wire.MessageReader;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;

/**
 * Our end of a stream. What is to be said is written by a thread of its own, so that two nodes that
 * send each other many values never wait for one another; values are read from the space when it is
 * their turn, so that what waits is small. For one thread that hears and says.
 */
final class Line {
  /**
   * What may wait to be written. An honest initiator has {@link TalkLimits#window} answers to come;
   * of one that asks for more nothing is read until there is room.
   */
  private static final int MAX_WAITING_BYTES = 4 << 20;

  /** What the smallest thing that waits is reckoned as: so no more than 1 024 do. */
  private static final int LEAST_WAITING_BYTES = 4 << 10;

  private static final int WRITE_BYTES = 64 << 10;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private sealed interface Action {
    record Say(byte[] message) implements Action {}

    record Values(Optional<String> syncId, KeyRange range) implements Action {}

    record End() implements Action {}

    /** Bytes it is reckoned as while it waits. */
    default int bytes() {
      return switch (this) {
        case Say(byte[] message) ->
            Math.clamp(message.length, LEAST_WAITING_BYTES, MAX_WAITING_BYTES);
        // Two keys, of 4 096 bytes at most.
        case Values values -> 2 * LEAST_WAITING_BYTES;
        case End end -> LEAST_WAITING_BYTES;
      };
    }
  }

  private final PeerStream stream;
  private final Space space;
  private final Offers offers;
  private final TalkLimits limits;
  private final MessageCounts counts;
  private final MessageReader reader;
  private final MessageCodec codec;
  private final boolean own;
  private final Pace pace;
  private final BlockingQueue<Action> actions = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(MAX_WAITING_BYTES);
  private final CountDownLatch written = new CountDownLatch(1);
  private final byte[] buffer = new byte[WRITE_BYTES];
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong unsent = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();
  private int buffered;
  private volatile boolean cut;
  private volatile IOException failure;
  private volatile boolean given;
  private Optional<String> syncId;

  /**
   * Begins to write.
   *
   * @param offers asked about each value that the other side lacks
   * @param counts told of each message
   * @param syncId the conversation's; empty for one to be heard
   * @param clock nanoseconds that never go back
   */
  Line(
      PeerStream stream,
      Space space,
      Offers offers,
      TalkLimits limits,
      MessageCounts counts,
      Optional<String> syncId,
      LongSupplier clock) {
    this.stream = stream;
    this.space = space;
    this.offers = offers;
    this.limits = limits;
    this.counts = counts;
    this.syncId = syncId;
    this.pace = new Pace(limits, clock);
    this.reader = new MessageReader(this::read, space.hasTextKeys(), space.limits());
    this.own = isOwn(stream, space);
    this.codec = new MessageCodec(space.hasTextKeys(), own);
    Thread.ofVirtual().name("recon to " + stream.peer().id()).start(this::write);
  }

  /** Whether both are of our make. */
  static boolean isOwn(PeerStream stream, Space space) {
    return stream.protocol().equals(space.ownProtocol());
  }

  /** In how many parts differences are told. */
  int parts() {
    return own ? Comparison.QUARTERS : Comparison.HALVES;
  }

  private int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      try {
        int n = stream.read(into, offset, length, Deadline.in(LOOK_EVERY));
        pace.moved();
        pace.refuseDawdling();
        return n;
      } catch (SocketTimeoutException e) {
        pace.refuseSilence();
        pace.refuseDawdling();
        if (failure != null) {
          throw failure;
        }
      }
    }
  }

  /** Whether the conversation has had its time: nothing new is to be asked for. */
  boolean hasHadItsTime() {
    return pace.hasHadItsTime();
  }

  /** Whether values were left to the next conversation. */
  boolean isCut() {
    return cut;
  }

  /**
   * The next message; empty when the other side has ended.
   *
   * @throws ReconException when it breaks the protocol
   * @throws IOException when it is gone, says nothing for long, or does not come to an end
   */
  Optional<ReconMessage> hear() throws IOException {
    pace.refuseDawdling();
    Optional<Envelope> envelope = reader.next(pace::beginMessage);
    pace.endMessage();
    if (envelope.isPresent() && syncId.isEmpty()) {
      syncId = envelope.get().syncId();
    }
    envelope.map(Envelope::body).ifPresent(counts::received);
    return envelope.map(Envelope::body);
  }

  /** Says something, after what is to be said already. */
  void say(ReconMessage message) throws IOException {
    counts.sent(message);
    put(new Action.Say(codec.encode(new Envelope(syncId, message))));
  }

  /**
   * Sends all values of a range, or those it has time for: the others are left to the next. Where
   * the range begins with the one key that the other side has of it, ceramic-one sends that too.
   *
   * @param remote what the other side has there
   */
  void sayValues(KeyRange range, RangeDigest remote) throws IOException {
    KeyRange first = new KeyRange(range.start(), range.start().next());
    boolean known = own && remote.hash().count() == 1 && remote.hash().equals(space.hash(first));
    put(new Action.Values(syncId, known ? new KeyRange(first.end(), range.end()) : range));
  }

  /** Ends our side after all that is to be said. */
  void end() throws IOException {
    put(new Action.End());
  }

  private void put(Action action) throws IOException {
    try {
      long since = pace.now();
      long look = Math.min(limits.patience().toNanos(), LOOK_EVERY.toNanos());
      while (!room.tryAcquire(action.bytes(), look, TimeUnit.NANOSECONDS)) {
        if (pace.isTooLong(since)) {
          throw new IOException("The peer asks for more than it reads");
        }
        if (failure != null) {
          throw failure;
        }
      }
      if (failure != null) {
        throw failure;
      }
      actions.add(action);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while talking to a peer", e);
    }
  }

  /** Waits until all is written: for values until they have had their time, then for what waits. */
  void awaitWritten() throws IOException {
    try {
      long most = limits.length().plus(limits.patience()).toMillis();
      if (!written.await(most, TimeUnit.MILLISECONDS)) {
        throw new IOException("The peer does not read what it asked for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while talking to a peer", e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Says nothing more; the stream is to be reset. */
  void giveUp() {
    given = true;
    actions.clear();
    actions.add(new Action.End());
  }

  private void write() {
    try {
      while (true) {
        Action action = actions.poll();
        if (action == null) {
          flush();
          action = actions.take();
        }
        if (given || !perform(action)) {
          return;
        }
        room.release(action.bytes());
      }
    } catch (UncheckedIOException e) {
      fail(e.getCause());
    } catch (IOException e) {
      fail(e);
    } catch (RuntimeException e) {
      fail(new IOException("What was to be sent could not be read: " + e.getMessage(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new IOException("Interrupted while talking to a peer", e));
    } finally {
      written.countDown();
    }
  }

  private void fail(IOException e) {
    failure = e;
    stream.reset();
  }

  /** Answers whether there may be more. */
  private boolean perform(Action action) throws IOException {
    switch (action) {
      case Action.Say(byte[] message) -> add(message);
      case Action.Values(Optional<String> id, KeyRange range) ->
          space.scan(range, key -> sendValue(id, key));
      case Action.End end -> {
        flush();
        stream.closeWrite();
        return false;
      }
    }
    return true;
  }

  /** Answers whether to go on. */
  private boolean sendValue(Optional<String> id, Key key) {
    if (pace.hasHadItsTime()) {
      cut = true;
      return false;
    }
    Offers.Answer answer = offers.offer(key);
    switch (answer) {
      case SEND -> sendIfGood(id, key);
      case HOLD_BACK -> unsent.incrementAndGet();
      case ENOUGH -> cut = true;
    }
    return !given && answer != Offers.Answer.ENOUGH;
  }

  private void sendIfGood(Optional<String> id, Key key) {
    Optional<byte[]> value = space.value(key);
    if (value.isEmpty()) {
      unsent.incrementAndGet();
      return;
    }
    offers.sends(key);
    send(new Envelope(id, new ReconMessage.Value(key, value.get())));
  }

  private void send(Envelope value) {
    try {
      counts.sent(value.body());
      add(codec.encode(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sent.incrementAndGet();
  }

  private void add(byte[] message) throws IOException {
    if (buffered + message.length > buffer.length) {
      flush();
    }
    if (message.length > buffer.length) {
      out(message, message.length);
    } else {
      System.arraycopy(message, 0, buffer, buffered, message.length);
      buffered += message.length;
    }
  }

  private void flush() throws IOException {
    if (buffered > 0) {
      out(buffer, buffered);
      buffered = 0;
    }
  }

  private void out(byte[] bytes, int length) throws IOException {
    stream.write(bytes, 0, length, Deadline.in(limits.patience()));
    bytesOut.addAndGet(length);
    pace.moved();
  }

  long sent() {
    return sent.get();
  }

  long unsent() {
    return unsent.get();
  }

  long bytesOut() {
    return bytesOut.get();
  }

  long bytesIn() {
    return reader.bytesRead();
  }
}
