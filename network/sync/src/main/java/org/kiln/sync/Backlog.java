package org.kiln.sync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.sync.LogWalk.Result;

/**
 * Tips of streams that are here, which wait to be followed although nobody waits for them. They get
 * their turns fairly ({@link FairQueue}), and two tries: a short one, for whoever names a tip most
 * likely has it and is connected; and, some seconds later and few at a time, a patient one. So a
 * tip that nobody has holds up little, and one that is only far away is still followed.
 * Thread-safe.
 */
final class Backlog {
  private static final int QUICK = 12;
  private static final int QUICK_OF_NEWCOMERS = 8;
  private static final int PATIENT = 4;
  private static final int OF_ONE_THAT_DELIVERS = 6;
  private static final int OF_ONE_PAYER = 3;
  private static final int PATIENT_OF_ONE_PAYER = 2;
  private static final int PER_STREAM = 4;
  private static final int PER_PAYER = 256;
  private static final int MAX_WAITING = 10_000;
  private static final int PATIENT_PER_PAYER = 32;
  private static final int PATIENT_MAX_WAITING = 1_024;
  private static final long REST_MS = 5_000;

  /** Hears how it ends. */
  interface Listener {
    /**
     * A tip was followed for the first time.
     *
     * @param tookMs milliseconds that it held a place
     */
    void tried(HeardTip heard, Result result, long tookMs);

    /** A tip was followed patiently: there is no further try. */
    void ended(HeardTip heard, Result result, long tookMs);

    /** A tip is not followed any more: who named it and who handed that on are gone. */
    void dropped(HeardTip heard);
  }

  /** A tip at its second try. */
  private record Rested(HeardTip heard, long readyAt) {}

  /** Of a payer's tips of one stream one is followed at a time. */
  private record Line(Payer payer, StreamId stream) {
    static Line of(HeardTip heard) {
      return new Line(heard.payer(), heard.stream());
    }
  }

  /** How many walks of whom are under way, of one kind. */
  private static final class Places {
    final Map<Payer, Integer> byPayer = new HashMap<>();
    int taken;
    int newcomers;

    int of(Payer payer) {
      return byPayer.getOrDefault(payer, 0);
    }
  }

  /** What a walk holds, and how it was judged when it got it. */
  private record Place(
      Places in, HeardTip heard, boolean newcomer, Patience patience, long since) {}

  private final Walks walks;
  private final TipReputation standing;
  private final Connections connections;
  private final Listener listener;
  private final Timer timer;
  private final Executor workers;
  private final FairQueue<HeardTip> waiting = new FairQueue<>(PER_STREAM, PER_PAYER, MAX_WAITING);
  private final FairQueue<Rested> resting =
      new FairQueue<>(1, PATIENT_PER_PAYER, PATIENT_MAX_WAITING);
  private final Places quick = new Places();
  private final Places patient = new Places();
  private final Set<Line> lines = new HashSet<>();
  private long dropped;

  Backlog(
      Walks walks,
      TipReputation standing,
      Connections connections,
      Listener listener,
      Timer timer,
      Executor workers) {
    this.walks = walks;
    this.standing = standing;
    this.connections = connections;
    this.listener = listener;
    this.timer = timer;
    this.workers = workers;
  }

  /** A tip waits for its first try. */
  FairQueue.Offer first(HeardTip heard) {
    FairQueue.Offer offer;
    synchronized (this) {
      offer = waiting.offer(heard.payer(), heard.stream(), heard);
      dropped += offer == FairQueue.Offer.TAKEN ? 0 : 1;
    }
    turn();
    return offer;
  }

  /** A tip waits for its second try. */
  FairQueue.Offer second(HeardTip heard) {
    synchronized (this) {
      FairQueue.Offer offer =
          resting.offer(heard.payer(), heard.stream(), new Rested(heard, timer.now() + REST_MS));
      if (offer == FairQueue.Offer.TAKEN) {
        timer.after(REST_MS, this::turn);
      } else {
        dropped++;
      }
      return offer;
    }
  }

  /** Gives up what came by peers that are gone. */
  void sweep() {
    Map<PeerId, Boolean> here = new HashMap<>();
    Predicate<HeardTip> useless =
        heard ->
            !here.computeIfAbsent(heard.origin().via(), connections::has)
                && !here.computeIfAbsent(heard.origin().author(), connections::has);
    List<HeardTip> gone;
    synchronized (this) {
      gone = waiting.drop(useless);
      resting.drop(rested -> useless.test(rested.heard)).forEach(rest -> gone.add(rest.heard));
      dropped += gone.size();
    }
    gone.forEach(listener::dropped);
    turn();
  }

  private boolean gone(HeardTip heard) {
    return !connections.has(heard.origin().via()) && !connections.has(heard.origin().author());
  }

  private void turn() {
    for (Optional<Place> next = next(); next.isPresent(); next = next()) {
      walk(next.get());
    }
  }

  private synchronized Optional<Place> next() {
    Optional<HeardTip> first =
        quick.taken == QUICK
            ? Optional.empty()
            : waiting.next(this::mayTry, heard -> !lines.contains(Line.of(heard)));
    return first.isPresent()
        ? first.map(heard -> take(quick, heard))
        : nextOfThoseThatRested().map(heard -> take(patient, heard));
  }

  private Optional<HeardTip> nextOfThoseThatRested() {
    long now = timer.now();
    return patient.taken == PATIENT
        ? Optional.empty()
        : resting
            .next(
                payer -> patient.of(payer) < PATIENT_OF_ONE_PAYER,
                rested -> rested.readyAt <= now && !lines.contains(Line.of(rested.heard)))
            .map(Rested::heard);
  }

  private boolean mayTry(Payer payer) {
    long now = timer.now();
    if (standing.level(payer, now) != TipReputation.Level.GOOD) {
      return quick.of(payer) == 0 && quick.newcomers < QUICK_OF_NEWCOMERS;
    }
    return standing.delivers(payer, now)
        ? quick.of(payer) < OF_ONE_THAT_DELIVERS
        : quick.of(payer) < OF_ONE_PAYER && quick.newcomers < QUICK_OF_NEWCOMERS;
  }

  private Place take(Places places, HeardTip heard) {
    Payer payer = heard.payer();
    long now = timer.now();
    boolean good = standing.level(payer, now) == TipReputation.Level.GOOD;
    boolean newcomer = !good || !standing.delivers(payer, now);
    places.taken++;
    places.newcomers += newcomer ? 1 : 0;
    places.byPayer.merge(payer, 1, Integer::sum);
    lines.add(Line.of(heard));
    Patience patience =
        places == patient ? Patience.LONG : newcomer ? Patience.BRIEF : Patience.QUICK;
    return new Place(places, heard, newcomer, good ? patience : Patience.SHORT, now);
  }

  private void walk(Place place) {
    HeardTip heard = place.heard;
    walks
        .now(Walks.Request.unasked(heard, place.patience, () -> gone(heard)))
        .whenCompleteAsync((result, failure) -> over(place, result), workers);
  }

  private void over(Place place, Result result) {
    synchronized (this) {
      place.in.taken--;
      place.in.newcomers -= place.newcomer ? 1 : 0;
      place.in.byPayer.computeIfPresent(
          place.heard.payer(), (payer, count) -> count == 1 ? null : count - 1);
      lines.remove(Line.of(place.heard));
    }
    long took = timer.now() - place.since;
    if (result.outcome() == LogWalk.Outcome.UNREACHABLE && gone(place.heard)) {
      listener.dropped(place.heard);
    } else if (place.in == quick) {
      listener.tried(place.heard, result, took);
    } else {
      listener.ended(place.heard, result, took);
    }
    turn();
  }

  synchronized int waiting() {
    return waiting.size() + resting.size();
  }

  synchronized long dropped() {
    return dropped;
  }
}
