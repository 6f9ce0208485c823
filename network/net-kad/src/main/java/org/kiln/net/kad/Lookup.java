package org.kiln.net.kad;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;

/**
 * Asks peers nearer and nearer to a key, ten at a time, until as many of the nearest as wanted have
 * answered. Driven by the caller's thread; questions run on virtual threads.
 */
final class Lookup {
  /** Asks one peer. */
  @FunctionalInterface
  interface Asker {
    KadMessage ask(KadPeer peer, KadMessage question) throws IOException;
  }

  private static final int AT_ONCE = 10;
  private static final int MAX_CANDIDATES = 1000;
  private static final int MAX_QUESTIONS = 200;

  private enum State {
    HEARD,
    ASKED,
    ANSWERED
  }

  private static final class Candidate {
    final KadPeer peer;
    State state = State.HEARD;

    Candidate(KadPeer peer) {
      this.peer = peer;
    }
  }

  private final KadMessage question;
  private final Asker asker;
  private final Predicate<KadMessage> enough;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<PeerId> seen = new HashSet<>();
  private final TreeMap<KadKey, Candidate> candidates;
  private int asking;
  private int asked;
  private boolean done;

  /**
   * A lookup.
   *
   * @param self is never asked
   * @param enough looks at each answer and says whether that will do; called by one thread at a
   *     time
   */
  Lookup(
      KadMessage question,
      PeerId self,
      Collection<KadPeer> seeds,
      Asker asker,
      Predicate<KadMessage> enough) {
    this.question = question;
    this.asker = asker;
    this.enough = enough;
    KadKey target = KadKey.of(question.key());
    Comparator<KadKey> nearest = target::compareDistance;
    candidates = new TreeMap<>(nearest);
    seen.add(self);
    seeds.forEach(this::hear);
  }

  private void hear(KadPeer peer) {
    if (candidates.size() < MAX_CANDIDATES && seen.add(peer.id())) {
      candidates.put(KadKey.of(peer.id()), new Candidate(peer));
    }
  }

  /**
   * Runs it.
   *
   * @param wanted how many of the nearest must have answered
   * @return those of the nearest that have answered, nearest first
   */
  List<KadPeer> run(int wanted, Deadline deadline) {
    lock.lock();
    try {
      while (!done && !settled(wanted) && !deadline.expired()) {
        start(wanted);
        if (asking == 0) {
          break;
        }
        long left = Math.min(deadline.remaining().toMillis(), 60_000) + 1;
        boolean signalled = changed.await(left, TimeUnit.MILLISECONDS);
        if (!signalled && deadline.expired()) {
          break;
        }
      }
      done = true;
      return candidates.values().stream()
          .filter(candidate -> candidate.state == State.ANSWERED)
          .limit(wanted)
          .map(candidate -> candidate.peer)
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done = true;
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private boolean settled(int wanted) {
    return !candidates.isEmpty()
        && candidates.values().stream()
            .limit(wanted)
            .allMatch(candidate -> candidate.state == State.ANSWERED);
  }

  private void start(int wanted) {
    List<Candidate> next = new ArrayList<>();
    // Of those beyond the nearest, none need be asked while these may still answer.
    candidates.values().stream()
        .limit(Math.max(wanted, AT_ONCE))
        .filter(candidate -> candidate.state == State.HEARD)
        .limit(AT_ONCE - asking)
        .forEach(next::add);
    for (Candidate candidate : next) {
      if (asked == MAX_QUESTIONS) {
        return;
      }
      asked++;
      asking++;
      candidate.state = State.ASKED;
      Thread.ofVirtual().name("kad ask " + candidate.peer.id()).start(() -> ask(candidate));
    }
  }

  private void ask(Candidate candidate) {
    KadMessage answer = null;
    try {
      answer = asker.ask(candidate.peer, question);
    } catch (IOException | RuntimeException e) {
      // One that does not answer is as good as none.
      answer = null;
    }
    lock.lock();
    try {
      asking--;
      if (answer == null) {
        candidates.remove(KadKey.of(candidate.peer.id()));
      } else if (!done) {
        candidate.state = State.ANSWERED;
        answer.closer().forEach(this::hear);
        done = enough.test(answer);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
