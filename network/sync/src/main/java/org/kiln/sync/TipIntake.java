package org.kiln.sync;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.PubSub.Origin;
import org.kiln.core.net.PubSub.Verdict;
import org.kiln.sync.LogWalk.Outcome;
import org.kiln.sync.LogWalk.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of tips that other nodes name, and of what it costs to follow them. Thread-safe. */
final class TipIntake implements Backlog.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(TipIntake.class);
  private static final int MAX_STREAMS = 10_000;
  private static final int RECENT = 4_096;

  /** Of each payer, at a time: some wait already for their turn. */
  private static final int REMEMBERED_AT_ONCE = 32;

  private static final double WARNINGS_PER_SECOND = 0.1;
  private static final int WARNINGS_AT_ONCE = 10;

  /** A tip of a stream, as a payer has named it. */
  private record Named(StreamId stream, Cid tip, boolean wanted, Payer payer) {
    static Named of(HeardTip heard) {
      return new Named(heard.stream(), heard.tip(), heard.wanted(), heard.payer());
    }
  }

  private final EventLog log;
  private final Walks walks;
  private final TipReputation standing;
  private final Connections connections;
  private final Predicate<StreamId> wanted;
  private final Consumer<StreamId> followed;
  private final Backlog backlog;
  private final Timer timer;
  private final TipBook unknown = new TipBook(MAX_STREAMS);
  private final Recent<Named> heard = new Recent<>(RECENT);
  private final Budget warnings;

  /**
   * Takes tips in from now on.
   *
   * @param wanted tells models all of whose streams are to be here; it may say otherwise later
   * @param followed hears of each stream that is here as far as a peer has told
   */
  TipIntake(
      EventLog log,
      Walks walks,
      TipReputation standing,
      Connections connections,
      Predicate<StreamId> wanted,
      Consumer<StreamId> followed,
      Timer timer,
      Executor workers) {
    this.log = log;
    this.walks = walks;
    this.standing = standing;
    this.connections = connections;
    this.wanted = wanted;
    this.followed = followed;
    this.timer = timer;
    this.backlog = new Backlog(walks, standing, connections, this, timer, workers);
    this.warnings = new Budget(WARNINGS_PER_SECOND, WARNINGS_AT_ONCE, timer.now());
  }

  /**
   * A tip that somebody tells of; its payer was found to be heeded.
   *
   * @param model what its stream is of, as is said with it
   */
  Verdict told(StreamId stream, Cid tip, Optional<StreamId> model, Origin origin, Payer payer) {
    boolean here = log.contains(stream.init());
    boolean forItsModel = !here && model.filter(wanted).isPresent();
    HeardTip fresh = new HeardTip(stream, tip, model, forItsModel, origin, payer);
    if (log.contains(tip) || !heard.add(Named.of(fresh))) {
      return Verdict.ACCEPT;
    }
    if (!here && !forItsModel) {
      unknown.note(fresh);
      return Verdict.ACCEPT;
    }
    FairQueue.Offer offer = backlog.first(fresh);
    if (offer == FairQueue.Offer.TAKEN) {
      return Verdict.ACCEPT;
    }
    charge(payer, TipReputation.OVERFLOW);
    // Of many tips of one stream the last is what counts: others may hear of it, unless its payer
    // is one that only makes many.
    boolean good = standing.level(payer, timer.now()) == TipReputation.Level.GOOD;
    return offer == FairQueue.Offer.DISPLACED && good ? Verdict.ACCEPT : unheard(fresh);
  }

  private Verdict unheard(HeardTip fresh) {
    heard.remove(Named.of(fresh));
    return Verdict.UNHEARD;
  }

  /** Follows a tip for somebody who waits. */
  CompletableFuture<Result> follow(HeardTip tip, Deadline deadline) {
    long now = timer.now();
    Patience patience =
        standing.level(tip.payer(), now) != TipReputation.Level.GOOD
            ? Patience.SHORT
            : standing.delivers(tip.payer(), now) ? Patience.LONG : Patience.FAIR;
    long since = now;
    return walks
        .now(Walks.Request.awaited(tip, patience, deadline))
        .whenComplete((result, failure) -> ended(tip, result, timer.now() - since));
  }

  /** Takes out what is known of a stream that somebody asks for, the newest last. */
  List<HeardTip> known(StreamId stream) {
    return unknown.take(stream);
  }

  @Override
  public void tried(HeardTip tip, Result result, long tookMs) {
    boolean again = result.outcome() == Outcome.UNREACHABLE || result.outcome() == Outcome.PUT_OFF;
    if (!again) {
      ended(tip, result, tookMs);
    } else if (backlog.second(tip) != FairQueue.Offer.TAKEN) {
      ended(tip, result, tookMs);
    }
  }

  @Override
  public void ended(HeardTip tip, Result result, long tookMs) {
    if (result.outcome() == Outcome.ARRIVED) {
      followed.accept(tip.stream());
      if (result.events() > 0) {
        standing.delivered(tip, timer.now());
      }
      return;
    }
    // Said again, it is worth another walk; and so it is when somebody asks for the stream.
    heard.remove(Named.of(tip));
    switch (result.outcome()) {
      case FOREIGN -> charge(tip.payer(), TipReputation.LIE);
      case UNREACHABLE -> {
        charge(tip.payer(), TipReputation.MISS + TipReputation.SECOND * tookMs / 1_000);
        unknown.note(tip);
      }
      // What we lack is nobody's fault.
      case PUT_OFF, ARRIVED -> unknown.note(tip);
      case TOO_LONG -> {}
    }
  }

  @Override
  public void dropped(HeardTip tip) {
    heard.remove(Named.of(tip));
    unknown.note(tip);
  }

  private void charge(Payer payer, double points) {
    long now = timer.now();
    if (standing.charge(payer, points, now) && warnings.take(now)) {
      LOG.info(
          "Peer {} {} tips that lead nowhere: little is heard of {} for some minutes",
          payer.peer(),
          payer.own() ? "names" : "hands on",
          payer.own() ? "it" : "what it hands on");
    }
  }

  /** Gives up what came by peers that are gone, and follows what is wanted by now. */
  void sweep() {
    backlog.sweep();
    unknown.take(this::isWantedByNow, REMEMBERED_AT_ONCE).forEach(this::remembered);
  }

  /** What was followed in vain is not followed again until it is told or asked for. */
  private boolean isWantedByNow(HeardTip tip) {
    return !tip.wanted() && tip.model().filter(wanted).isPresent() && isThere(tip.origin());
  }

  private boolean isThere(Origin origin) {
    return connections.has(origin.via()) || connections.has(origin.author());
  }

  private void remembered(HeardTip tip) {
    HeardTip now = tip.nowWanted();
    heard.add(Named.of(now));
    if (backlog.first(now) == FairQueue.Offer.FULL) {
      heard.remove(Named.of(now));
      unknown.note(tip);
    }
  }

  int known() {
    return unknown.size();
  }

  int waiting() {
    return backlog.waiting();
  }

  long dropped() {
    return backlog.dropped();
  }
}
