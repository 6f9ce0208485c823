package org.kiln.events.journal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Store;
import org.kiln.core.log.Admission;
import org.kiln.core.log.Journal;
import org.kiln.core.log.NewEvent;
import org.kiln.events.EventStore;
import org.kiln.events.TestEvents;
import org.kiln.testkit.FeedContract;

/** The feed over the event log, whatever store it is on. */
abstract class NodeFeedContract extends FeedContract {
  private final AtomicLong seeds = new AtomicLong(1);

  abstract Store openStore(Path in);

  @Override
  protected Scene start(Path in) {
    return new LogScene(EventStore.open(openStore(in)));
  }

  private final class LogScene implements Scene {
    private final EventStore log;

    LogScene(EventStore log) {
      this.log = log;
    }

    @Override
    public Feed feed() {
      return log.feed();
    }

    @Override
    public Made init() {
      return made(TestEvents.init(new Random(seeds.incrementAndGet())), Optional.empty());
    }

    @Override
    public Made after(Made previous) {
      return made(
          TestEvents.data(previous.stream(), new Random(seeds.incrementAndGet())),
          Optional.of(previous));
    }

    private static Made made(NewEvent event, Optional<Made> previous) {
      return new Made(event.stream(), event.cid(), previous.map(Made::cid), event);
    }

    @Override
    public void write(Made event) throws Exception {
      StreamChange.Kind kind =
          event.previous().isEmpty() ? StreamChange.Kind.CREATED : StreamChange.Kind.UPDATED;
      log.admit(
          List.of(admission(event, Origin.CLIENT, Optional.of(kind))), batch -> {}, Deadline.NONE);
    }

    @Override
    public void receive(List<Made> events, Origin.Peer from) throws Exception {
      log.admit(
          events.stream().map(event -> admission(event, from, Optional.empty())).toList(),
          batch -> {},
          Deadline.NONE);
    }

    private static Admission admission(
        Made event, Origin origin, Optional<StreamChange.Kind> moves) {
      return new Admission((NewEvent) event.handle(), event.previous(), origin, moves);
    }

    @Override
    public void moved(Made tip, StreamChange.Kind kind, Origin from) {
      long sequence = log.event(tip.cid()).orElseThrow().sequence();
      log.journal()
          .note(List.of(sequence), List.of(new Journal.Move(tip.stream(), tip.cid(), kind, from)));
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
