package org.kiln.anchor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.LogBusyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the held time events over again: at once when something has come that a stream may have
 * waited for, otherwise less and less often. For the worker's thread, except for {@link #hurry}.
 */
final class HeldRounds {
  private static final Logger LOG = LoggerFactory.getLogger(HeldRounds.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** Few enough to be in memory with all their blocks. */
  private static final int PAGE = 512;

  private final HeldEvents held;
  private final Delivery delivery;
  private final Leftovers leftovers;
  private final Supplier<Optional<AnchoredStreams>> streams;
  private final AnchorSettings settings;
  private volatile boolean hurry = true;
  private int rounds;
  private long nextNanos = System.nanoTime();

  HeldRounds(
      HeldEvents held,
      Delivery delivery,
      Leftovers leftovers,
      Supplier<Optional<AnchoredStreams>> streams,
      AnchorSettings settings) {
    this.held = held;
    this.delivery = delivery;
    this.leftovers = leftovers;
    this.streams = streams;
    this.settings = settings;
  }

  /** Something has come; the next round need not wait. Any thread. */
  void hurry() {
    hurry = true;
  }

  /** Milliseconds until a round is due. */
  long untilDueMs() {
    if (held.count() == 0) {
      return Long.MAX_VALUE;
    }
    return hurry ? 0 : Math.max(0, (nextNanos - System.nanoTime() + 999_999) / 1_000_000);
  }

  /** Hands over all of them, when it is time. */
  void runIfDue() {
    if (untilDueMs() > 0) {
      return;
    }
    if (hurry) {
      hurry = false;
      rounds = 0;
    }
    try {
      streams.get().ifPresent(this::run);
    } finally {
      rounds++;
      nextNanos = System.nanoTime() + settings.pauseAfter(rounds).toNanos();
    }
  }

  private void run(AnchoredStreams service) {
    List<Stamped> page = held.page(null, PAGE);
    while (!page.isEmpty()) {
      Deadline deadline = Deadline.in(TIMEOUT);
      Handover handover = delivery.again(page, service, deadline);
      if (handover.later().isPresent()) {
        return;
      }
      try {
        leftovers.settle(page, handover, deadline);
      } catch (LogBusyException e) {
        LOG.debug("Held time events are handed over again: {}", e.getMessage());
        return;
      }
      page = held.page(page.getLast(), PAGE);
    }
  }
}
