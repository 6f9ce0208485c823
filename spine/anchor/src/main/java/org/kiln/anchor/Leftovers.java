package org.kiln.anchor;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what the stream service has not taken, so that no request is ever forgotten. */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private final NodeStore store;
  private final HeldEvents held;
  private final RequestQueue queue;

  Leftovers(NodeStore store, HeldEvents held, RequestQueue queue) {
    this.store = store;
    this.held = held;
    this.queue = queue;
  }

  /**
   * Keeps what a chunk of a batch has left, in one write with how far the batch is.
   *
   * @param at the batch with that chunk done
   */
  void keep(BatchHeader at, Handover handover, Deadline deadline) throws LogBusyException {
    int[] more = new int[2];
    store.write(
        batch -> {
          more[0] = 0;
          more[1] = 0;
          handover.held().forEach(one -> more[0] += HeldEvents.put(batch, one));
          for (Handover.NotTaken one : handover.failed()) {
            more[1] += RequestQueue.putFailed(batch, one.stamped().leaf(), one.reason());
          }
          BatchTable.putHeader(batch, at);
        },
        Durability.SYNCED,
        deadline);
    held.count(more[0]);
    queue.countFailed(more[1]);
    if (!handover.held().isEmpty()) {
      LOG.info(
          "{} time events wait until their streams can be judged, the first because: {}",
          handover.held().size(),
          handover.held().get(0).reason());
    }
  }

  /** Lets go of what was held and now is taken, or has failed for good. */
  void settle(List<Stamped> page, Handover handover, Deadline deadline) throws LogBusyException {
    // By identity: to hash all blocks would cost more than the rest.
    Set<Stamped> still = Collections.newSetFromMap(new IdentityHashMap<>());
    handover.held().forEach(one -> still.add(one.stamped()));
    List<Stamped> done = page.stream().filter(one -> !still.contains(one)).toList();
    if (done.isEmpty()) {
      return;
    }
    int[] failed = new int[1];
    store.write(
        batch -> {
          failed[0] = 0;
          done.forEach(one -> HeldEvents.delete(batch, one));
          for (Handover.NotTaken one : handover.failed()) {
            failed[0] += RequestQueue.putFailed(batch, one.stamped().leaf(), one.reason());
          }
        },
        Durability.SYNCED,
        deadline);
    held.count(-done.size());
    queue.countFailed(failed[0]);
  }
}
