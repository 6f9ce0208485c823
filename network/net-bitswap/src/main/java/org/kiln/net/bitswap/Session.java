package org.kiln.net.bitswap;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;

/**
 * One fetch of one or many blocks, driven by the caller's thread; what peers say comes in through
 * the {@link SessionInbox}.
 *
 * <p>A single likely peer is asked for the block itself. Of several each is asked whether it has
 * it, and the first that does gets the question for the block, until some have delivered: from then
 * on those are asked right away, the least busy first. When none of them has it, all connected
 * peers are asked, and then content routing for further ones.
 */
final class Session {
  /** What a session needs of the others. */
  interface Surroundings {
    /** The link to that peer; null when there is none. */
    PeerLink link(PeerId peer);

    /** The links there are. */
    Collection<PeerLink> links();

    /** The session wants that block from now on. */
    void register(Cid cid, Session session);

    /** The session wants it no longer. */
    void unregister(Cid cid, Session session);

    /** Whether any session wants it. */
    boolean wanted(Cid cid);

    /** Connects to peers that may have blocks; does not wait. */
    void connect(Collection<PeerId> peers);

    /** Looks for further peers that have a block; does not wait. */
    void route(Cid cid);
  }

  private static final int MAX_ASKED_AT_ONCE = 8;
  private static final int MAX_BROADCASTS = 64;
  private static final int MAX_VAIN = 64;
  private static final int MIN_WINDOW = 32;
  private static final int FIRST_WINDOW = 256;
  private static final int MAX_WINDOW = 2048;
  private static final long WINDOW_BYTES = 16 << 20;
  private static final Duration TICK = Duration.ofMillis(500);
  private static final long ROUTE_AFTER = Duration.ofSeconds(1).toNanos();
  private static final long ROUTE_EVERY = Duration.ofSeconds(10).toNanos();
  private static final long START_OVER = Duration.ofSeconds(10).toNanos();

  /** A block that has not come yet. */
  private static final class Wanted {
    final Cid cid;
    final Set<PeerId> told = new LinkedHashSet<>(4);
    final Set<PeerId> refused = new HashSet<>(4);
    final Set<PeerId> silent = new HashSet<>(2);
    final List<PeerId> holders = new ArrayList<>(2);
    PeerId asked;
    boolean queued;
    boolean broadcast;
    long since;

    Wanted(Cid cid) {
      this.cid = cid;
    }

    /** Whether the peer had its chance: it said no, or nothing. */
    boolean passedOver(PeerId peer) {
      return refused.contains(peer) || silent.contains(peer);
    }

    void startOver() {
      refused.clear();
      silent.clear();
    }

    void forget(PeerId peer) {
      refused.remove(peer);
      silent.remove(peer);
    }
  }

  /** A peer that seems to be of help. */
  private static final class Helper {
    int outstanding;
    int delivered;
    long heard;
  }

  private final Surroundings surroundings;
  private final SessionInbox inbox = new SessionInbox();
  private final long answerNanos;
  private final boolean far;
  private final Map<Cid, Wanted> live = new LinkedHashMap<>();
  private final Deque<Wanted> ready = new ArrayDeque<>();
  private final Map<PeerId, Helper> helpers = new LinkedHashMap<>();
  private int broadcasts;
  private long lastTick = System.nanoTime();
  private long lastRoute;
  private boolean routed;
  private long bytes;
  private long count;

  /**
   * One fetch.
   *
   * @param answerTime when who was asked counts as silent
   * @param far whether to look for others when nobody who is connected has a block, and to wait for
   *     them; else it is over then
   */
  Session(Surroundings surroundings, Duration answerTime, boolean far) {
    this.surroundings = surroundings;
    this.answerNanos = answerTime.toNanos();
    this.far = far;
  }

  SessionInbox inbox() {
    return inbox;
  }

  /** Fetches until all have come, the deadline passes or the thread is interrupted. */
  void run(Iterator<Cid> cids, Set<PeerId> hints, Deadline deadline, Consumer<Block> sink) {
    for (PeerId hint : hints) {
      if (surroundings.link(hint) != null) {
        helpers.put(hint, new Helper());
      }
    }
    Set<PeerId> absent = new LinkedHashSet<>(hints);
    absent.removeAll(helpers.keySet());
    if (!absent.isEmpty()) {
      surroundings.connect(absent);
    }
    try {
      fill(cids);
      while (!live.isEmpty() && !deadline.expired() && !inbox.ended()) {
        assign();
        if (!far && allRefused(hints)) {
          return;
        }
        List<SessionInbox.Event> events = inbox.await(TICK, deadline);
        for (SessionInbox.Event event : events) {
          take(event, sink);
        }
        tick();
        fill(cids);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inbox.close();
      live.values().forEach(this::giveUp);
    }
  }

  /** Whether all that are connected, and all hinted at are, have said that they have nothing. */
  private boolean allRefused(Set<PeerId> hints) {
    return hints.stream().allMatch(hint -> surroundings.link(hint) != null)
        && live.values().stream()
            .allMatch(
                wanted ->
                    wanted.asked == null
                        && surroundings.links().stream()
                            .allMatch(link -> wanted.refused.contains(link.peer())));
  }

  private void fill(Iterator<Cid> cids) {
    long window =
        count == 0
            ? FIRST_WINDOW
            : Math.clamp(WINDOW_BYTES / Math.max(1, bytes / count), MIN_WINDOW, MAX_WINDOW);
    while (live.size() < window && cids.hasNext()) {
      Wanted wanted = new Wanted(cids.next());
      live.put(wanted.cid, wanted);
      surroundings.register(wanted.cid, this);
      queue(wanted);
    }
  }

  private void queue(Wanted wanted) {
    if (!wanted.queued) {
      wanted.queued = true;
      ready.add(wanted);
    }
  }

  private void assign() {
    int vain = 0;
    for (int left = ready.size(); left > 0 && vain < MAX_VAIN; left--) {
      Wanted wanted = ready.poll();
      if (live.get(wanted.cid) != wanted) {
        continue;
      }
      if (place(wanted)) {
        wanted.queued = false;
      } else {
        ready.add(wanted);
        vain++;
      }
    }
  }

  /** Asks whoever is to be asked next; false when those are busy. */
  private boolean place(Wanted wanted) {
    Set<PeerId> holders = new LinkedHashSet<>(wanted.holders);
    holders.removeIf(peer -> wanted.passedOver(peer) || !helpers.containsKey(peer));
    if (!holders.isEmpty()) {
      return askOneOf(holders, wanted);
    }
    List<PeerId> candidates = new ArrayList<>(helpers.size());
    List<PeerId> proven = new ArrayList<>(helpers.size());
    helpers.forEach(
        (peer, helper) -> {
          if (!wanted.passedOver(peer)) {
            candidates.add(peer);
            if (helper.delivered > 0) {
              proven.add(peer);
            }
          }
        });
    if (!proven.isEmpty()) {
      return askOneOf(proven, wanted);
    } else if (candidates.size() == 1) {
      return askOneOf(candidates, wanted);
    } else if (!candidates.isEmpty()) {
      wanted.since = System.nanoTime();
      boolean any = false;
      for (PeerId peer : candidates.subList(0, Math.min(candidates.size(), MAX_ASKED_AT_ONCE))) {
        any |= askWhether(peer, wanted);
      }
      return any;
    }
    boolean all = askAll(wanted);
    return askTheSilent(wanted) || all;
  }

  /**
   * Asks one that said nothing once more. What it was asked may have been lost on the way, as Helia
   * loses what it was to send when a stream of its is reset; silence is no answer.
   */
  private boolean askTheSilent(Wanted wanted) {
    List<PeerId> silent = wanted.silent.stream().filter(helpers::containsKey).toList();
    if (silent.isEmpty() || !askOneOf(silent, wanted)) {
      return false;
    }
    wanted.silent.clear();
    return true;
  }

  private boolean askAll(Wanted wanted) {
    if (!wanted.broadcast) {
      if (broadcasts >= MAX_BROADCASTS) {
        return false;
      }
      wanted.broadcast = true;
      broadcasts++;
    }
    wanted.since = System.nanoTime();
    for (PeerLink link : surroundings.links()) {
      if (!wanted.passedOver(link.peer())) {
        askWhether(link.peer(), wanted);
      }
    }
    return true;
  }

  private boolean askOneOf(Collection<PeerId> peers, Wanted wanted) {
    PeerId best =
        peers.stream()
            .min(Comparator.comparingInt(peer -> helpers.get(peer).outstanding))
            .orElseThrow();
    PeerLink link = surroundings.link(best);
    if (link == null) {
      lose(best);
      return false;
    }
    if (!link.ask(wanted.cid, true)) {
      return false;
    }
    long now = System.nanoTime();
    Helper helper = helpers.get(best);
    if (helper.outstanding++ == 0) {
      helper.heard = now;
    }
    wanted.told.add(best);
    wanted.asked = best;
    wanted.since = now;
    return true;
  }

  private boolean askWhether(PeerId peer, Wanted wanted) {
    PeerLink link = surroundings.link(peer);
    if (link == null || !link.ask(wanted.cid, false)) {
      return false;
    }
    wanted.told.add(peer);
    return true;
  }

  private void take(SessionInbox.Event event, Consumer<Block> sink) {
    switch (event) {
      case SessionInbox.Arrived(PeerId from, Block block) -> arrived(from, block, sink);
      case SessionInbox.Said(PeerId peer, Cid cid, boolean has) -> said(peer, cid, has);
      case SessionInbox.Joined(PeerId peer) -> joined(peer);
      case SessionInbox.Lost(PeerId peer) -> lose(peer);
    }
  }

  private void arrived(PeerId from, Block block, Consumer<Block> sink) {
    Wanted wanted = live.remove(block.cid());
    if (wanted == null) {
      return;
    }
    free(wanted);
    endBroadcast(wanted);
    Helper helper = helpers.computeIfAbsent(from, peer -> new Helper());
    helper.delivered++;
    helper.heard = System.nanoTime();
    count++;
    bytes += block.size();
    wanted.told.remove(from);
    cancel(wanted);
    sink.accept(block);
  }

  private void endBroadcast(Wanted wanted) {
    if (wanted.broadcast) {
      wanted.broadcast = false;
      broadcasts--;
    }
  }

  private void free(Wanted wanted) {
    Helper helper = wanted.asked == null ? null : helpers.get(wanted.asked);
    if (helper != null) {
      helper.outstanding--;
    }
    wanted.asked = null;
  }

  private void cancel(Wanted wanted) {
    for (PeerId peer : wanted.told) {
      PeerLink link = surroundings.link(peer);
      if (link != null && !surroundings.wanted(wanted.cid)) {
        link.cancel(wanted.cid);
      }
    }
  }

  private void giveUp(Wanted wanted) {
    surroundings.unregister(wanted.cid, this);
    cancel(wanted);
  }

  private void said(PeerId peer, Cid cid, boolean has) {
    Wanted wanted = live.get(cid);
    if (wanted == null) {
      return;
    }
    if (has) {
      wanted.forget(peer);
      wanted.holders.add(peer);
      helpers.computeIfAbsent(peer, id -> new Helper());
      if (wanted.asked == null) {
        queue(wanted);
      }
      return;
    }
    wanted.refused.add(peer);
    if (peer.equals(wanted.asked)) {
      free(wanted);
      queue(wanted);
    } else if (wanted.asked == null && wanted.told.stream().allMatch(wanted::passedOver)) {
      retry(wanted);
    }
  }

  /** Goes on to others, unless all there are were asked. */
  private void retry(Wanted wanted) {
    boolean others =
        surroundings.links().stream().anyMatch(link -> !wanted.passedOver(link.peer()));
    if (others) {
      queue(wanted);
    }
  }

  private void joined(PeerId peer) {
    for (Wanted wanted : live.values()) {
      if (wanted.asked == null && !wanted.queued) {
        wanted.forget(peer);
        if (!askWhether(peer, wanted)) {
          return;
        }
      }
    }
  }

  private void lose(PeerId peer) {
    helpers.remove(peer);
    for (Wanted wanted : live.values()) {
      wanted.told.remove(peer);
      wanted.forget(peer);
      wanted.holders.remove(peer);
      if (peer.equals(wanted.asked)) {
        wanted.asked = null;
        queue(wanted);
      }
    }
  }

  private void tick() {
    long now = System.nanoTime();
    if (now - lastTick < TICK.toNanos()) {
      return;
    }
    lastTick = now;
    for (Wanted wanted : live.values()) {
      if (wanted.queued) {
        continue;
      }
      long waited = now - wanted.since;
      if (wanted.asked != null) {
        Helper helper = helpers.get(wanted.asked);
        if (waited > answerNanos && (helper == null || now - helper.heard > answerNanos)) {
          // Taken back, so that it can be asked anew; what is on its way is still welcome.
          takeBack(wanted, wanted.asked);
          wanted.silent.add(wanted.asked);
          free(wanted);
          queue(wanted);
        }
      } else if (waited > START_OVER) {
        wanted.told.forEach(peer -> takeBack(wanted, peer));
        wanted.startOver();
        // Others that wait for their turn to ask everybody get it.
        endBroadcast(wanted);
        wanted.since = now;
        queue(wanted);
      } else {
        if (waited > answerNanos && !wanted.broadcast) {
          wanted.silent.addAll(wanted.told);
          queue(wanted);
        }
        route(wanted, now);
      }
    }
  }

  private void takeBack(Wanted wanted, PeerId peer) {
    PeerLink link = surroundings.link(peer);
    if (link != null) {
      link.cancel(wanted.cid);
    }
  }

  private void route(Wanted wanted, long now) {
    if (far && now - wanted.since > ROUTE_AFTER && (!routed || now - lastRoute > ROUTE_EVERY)) {
      routed = true;
      lastRoute = now;
      surroundings.route(wanted.cid);
    }
  }
}
