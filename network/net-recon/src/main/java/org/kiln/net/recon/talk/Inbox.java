package org.kiln.net.recon.talk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.kiln.api.net.PeerId;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.wire.ReconException;
import org.kiln.net.recon.wire.ReconMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values that have come in and are kept many at a time, while those that come next are read: the
 * more there are to be kept, the more are kept together. When as many wait as may, nothing more is
 * read until there is room. For one thread.
 */
final class Inbox {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final CompletableFuture<Taken> NOTHING =
      CompletableFuture.completedFuture(Taken.NOTHING);

  private final Space space;
  private final PeerId from;
  private final TalkLimits limits;
  private final List<KeyRange> wanted;
  private final List<ReconMessage.Value> held = new ArrayList<>();
  private long heldBytes;

  /** One at a time: what comes later may build on it, and is judged by it. */
  private CompletableFuture<Taken> underWay = NOTHING;

  private Taken taken = Taken.NOTHING;

  /** For values that lie in one of those ranges. */
  Inbox(Space space, List<KeyRange> wanted, PeerId from, TalkLimits limits) {
    this.space = space;
    this.from = from;
    this.limits = limits;
    this.wanted = wanted;
  }

  /** Takes a value; waits while there is no room. */
  void add(ReconMessage.Value value) throws IOException {
    if (wanted.stream().noneMatch(range -> range.contains(value.key()))) {
      refuse("Nobody asked for key " + shown(value.key()));
      return;
    }
    held.add(value);
    heldBytes += value.value().length;
    boolean full = held.size() >= limits.room() || heldBytes >= limits.batchBytes();
    if (full || held.size() >= limits.batch() && underWay.isDone()) {
      handOver();
    }
  }

  /** Counts a value that was too large to be read. */
  void add(ReconMessage.TooLarge value) throws ReconException {
    refuse("The value of key " + shown(value.key()) + " has " + value.bytes() + " bytes");
  }

  private static String shown(Key key) {
    String text = key.toString();
    return text.length() <= 160 ? text : text.substring(0, 160) + "…";
  }

  private void refuse(String complaint) throws ReconException {
    count(new Taken(0, 1, Optional.of(complaint)));
  }

  /** Keeps all that is held, and comes back when it is kept. */
  void keep() throws IOException {
    if (!held.isEmpty()) {
      handOver();
    }
    settle();
  }

  private void handOver() throws IOException {
    settle();
    List<ReconMessage.Value> values = List.copyOf(held);
    held.clear();
    heldBytes = 0;
    underWay =
        CompletableFuture.supplyAsync(
            () -> space.take(values, from),
            Thread.ofVirtual().name("recon keeps of " + from)::start);
  }

  /** Waits for what is being kept. */
  private void settle() throws IOException {
    CompletableFuture<Taken> last = underWay;
    underWay = NOTHING;
    try {
      count(last.get());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("What came in could not be kept", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while what came in was kept", e);
    }
  }

  /**
   * Waits for what is being kept when the conversation has broken off, which it is part of; however
   * that ends, the conversation has failed already. What waits with it is told or asked for again.
   */
  void awaitAbandoned() {
    boolean interrupted = false;
    while (true) {
      try {
        underWay.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        LOG.debug("What came from {} could not be kept", from, e.getCause());
        break;
      }
    }
    underWay = NOTHING;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void count(Taken more) throws ReconException {
    taken = taken.plus(more);
    if (taken.bad() > limits.bad()) {
      throw new ReconException(
          "More than "
              + limits.bad()
              + " values of one conversation are bad, the first: "
              + taken.complaint().orElse(""));
    }
  }

  /** What became of all so far. */
  Taken taken() {
    return taken;
  }
}
