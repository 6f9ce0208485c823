package org.kiln.net.recon.talk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.wire.Envelope;
import org.kiln.net.recon.wire.MessageCodec;
import org.kiln.net.recon.wire.MessageReader;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;

/**
 * Our end of a stream. What is to be said is written by a thread of its own, so that two nodes that
 * send each other many values never wait for one another; values are read from the space when it is
 * their turn, so that what waits is small. For one thread that hears and says.
 */
final class Line {
  /** An honest initiator has {@link TalkLimits#window} answers to come; one that has more waits. */
  private static final int MAX_WAITING = 1_000;

  private static final int WRITE_BYTES = 64 << 10;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private sealed interface Action {
    record Say(Optional<String> syncId, ReconMessage message) implements Action {}

    record Values(Optional<String> syncId, KeyRange range) implements Action {}

    record End() implements Action {}
  }

  private final PeerStream stream;
  private final Space space;
  private final TalkLimits limits;
  private final MessageReader reader;
  private final MessageCodec codec;
  private final BlockingQueue<Action> actions = new ArrayBlockingQueue<>(MAX_WAITING);
  private final CountDownLatch written = new CountDownLatch(1);
  private final byte[] buffer = new byte[WRITE_BYTES];
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong unsent = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();
  private int buffered;
  private volatile long movedAt = System.nanoTime();
  private volatile long messageSince;
  private volatile IOException failure;
  private volatile boolean given;
  private Optional<String> syncId;

  /**
   * Begins to write.
   *
   * @param syncId the conversation's; empty for one to be heard
   */
  Line(PeerStream stream, Space space, TalkLimits limits, Optional<String> syncId) {
    this.stream = stream;
    this.space = space;
    this.limits = limits;
    this.syncId = syncId;
    this.reader = new MessageReader(this::read, space.hasTextKeys(), space.limits());
    this.codec = new MessageCodec(space.hasTextKeys());
    Thread.ofVirtual().name("recon to " + stream.peer().id()).start(this::write);
  }

  private int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      try {
        int n = stream.read(into, offset, length, Deadline.in(LOOK_EVERY));
        movedAt = System.nanoTime();
        return n;
      } catch (SocketTimeoutException e) {
        refuseToWait();
      }
    }
  }

  private void refuseToWait() throws IOException {
    long now = System.nanoTime();
    long patience = limits.patience().toNanos();
    if (now - movedAt > patience) {
      throw new IOException("Nothing was heard for " + limits.patience().toSeconds() + " s");
    }
    if (messageSince != 0 && now - messageSince > patience) {
      throw new IOException("A message took more than " + limits.patience().toSeconds() + " s");
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * The next message; empty when the other side has ended.
   *
   * @throws ReconException when it breaks the protocol
   */
  Optional<ReconMessage> hear() throws IOException {
    // Between messages the clock of one message does not run.
    Optional<Envelope> envelope = reader.next(() -> messageSince = System.nanoTime());
    messageSince = 0;
    if (envelope.isPresent() && syncId.isEmpty()) {
      syncId = envelope.get().syncId();
    }
    return envelope.map(Envelope::body);
  }

  /** Says something, after what is to be said already. */
  void say(ReconMessage message) throws IOException {
    put(new Action.Say(syncId, message));
  }

  /** Sends all values of a range. */
  void sayValues(KeyRange range) throws IOException {
    put(new Action.Values(syncId, range));
  }

  /** Ends our side after all that is to be said. */
  void end() throws IOException {
    put(new Action.End());
  }

  private void put(Action action) throws IOException {
    try {
      long until = System.nanoTime() + limits.patience().toNanos();
      while (!actions.offer(action, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - until > 0) {
          throw new IOException("The peer asks for more than it reads");
        }
        if (failure != null) {
          throw failure;
        }
      }
      if (failure != null) {
        throw failure;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while talking to a peer", e);
    }
  }

  /** Waits until all is written. */
  void awaitWritten() throws IOException {
    try {
      if (!written.await(limits.length().toMillis(), TimeUnit.MILLISECONDS)) {
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
    actions.offer(new Action.End());
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
      case Action.Say(Optional<String> id, ReconMessage message) ->
          add(codec.encode(new Envelope(id, message)));
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

  private boolean sendValue(Optional<String> id, Key key) {
    Optional<byte[]> value = space.value(key);
    if (value.isEmpty()) {
      unsent.incrementAndGet();
    } else {
      try {
        add(codec.encode(new Envelope(id, new ReconMessage.Value(key, value.get()))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      sent.incrementAndGet();
    }
    return !given;
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
    movedAt = System.nanoTime();
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
