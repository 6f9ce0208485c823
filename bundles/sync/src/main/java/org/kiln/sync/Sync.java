package org.kiln.sync;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.PubSub;
import org.kiln.core.net.StreamSync;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService;
import org.kiln.core.stream.StreamService.LoadOptions;
import org.kiln.ipld.CodecException;
import org.kiln.sync.LogWalk.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes of our tips, hears of theirs, asks and answers; and fetches what is missing of
 * streams that are known here or asked for. Thread-safe.
 */
public final class Sync implements StreamSync, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sync.class);
  private static final int MAX_TIP_STREAMS = 10_000;
  private static final int MAX_ASKED = 100_000;
  private static final int MAX_INQUIRIES = 256;
  private static final int MAX_ANNOUNCEMENTS = 10_000;
  private static final int ANNOUNCEMENTS_AT_ONCE = 20;
  private static final long ANNOUNCING_MS = 100;
  private static final int HEARD = 500;
  private static final int ANSWERS_PER_SECOND = 50;
  private static final Duration ANSWERING = Duration.ofSeconds(5);
  private static final long KEEPALIVE_MS = 30_000;
  private static final long LOOKING_MS = 2_000;
  private static final long RETRY_MS = 5_000;
  private static final int RETRIES_PER_SECOND = 10;
  private static final long LONG_MS = 24 * 3_600_000L;

  /** A tip of a stream. */
  private record Named(StreamId stream, Cid tip) {}

  /** Where the service is. */
  public record Place(String topic, String version, int queriesPerSecond) {}

  private final EventLog log;
  private final StreamService streams;
  private final PubSub pubSub;
  private final BooleanSupplier peers;
  private final Place place;
  private final Timer timer;
  private final Executor workers;
  private final Walks walks;
  private final TipBook unknown = new TipBook(MAX_TIP_STREAMS);
  private final Strikes strikes = new Strikes();
  private final Recent<Named> heard = new Recent<>(HEARD);
  private final Recent<StreamId> asked = new Recent<>(MAX_ASKED);
  private final Map<StreamId, Inquiry> inquiries = new ConcurrentHashMap<>();
  private final Map<StreamId, TipMessage.Update> toTell = new LinkedHashMap<>();
  private final OwnTips own = new OwnTips();
  private final Budget queries;
  private final Budget answers;
  private final Budget retries;
  private final AutoCloseable listening;
  private final AutoCloseable subscription;
  private boolean telling;
  private volatile long lastMessage;
  private volatile long lastKeepalive;
  private volatile boolean closed;

  /**
   * Begins to listen.
   *
   * @param fetcher gets blocks; empty while there is none
   * @param peers whether anybody is connected
   * @param workers runs what may block, each on a thread of its own
   */
  Sync(
      EventLog log,
      StreamService streams,
      PubSub pubSub,
      Supplier<Optional<BlockFetcher>> fetcher,
      BooleanSupplier peers,
      Place place,
      Timer timer,
      Executor workers) {
    this.log = log;
    this.streams = streams;
    this.pubSub = pubSub;
    this.peers = peers;
    this.place = place;
    this.timer = timer;
    this.workers = workers;
    this.walks = new Walks(log, streams, fetcher, workers, this::walked);
    this.queries =
        new Budget(place.queriesPerSecond(), place.queriesPerSecond() * 10.0, timer.now());
    this.answers = new Budget(ANSWERS_PER_SECOND, 2 * ANSWERS_PER_SECOND, timer.now());
    this.retries = new Budget(RETRIES_PER_SECOND, 100, timer.now());
    this.lastMessage = timer.now() - KEEPALIVE_MS;
    this.lastKeepalive = timer.now() - LONG_MS;
    this.listening = streams.listen(this::changed);
    this.subscription = pubSub.subscribe(place.topic(), this::received);
    timer.after(0, this::keepAlive);
    timer.after(LOOKING_MS, this::lookAround);
  }

  private PubSub.Verdict received(PeerId author, byte[] data) {
    if (data.length > PubSub.MAX_BYTES) {
      return PubSub.Verdict.REJECT;
    }
    TipMessage message;
    try {
      message = TipMessage.decode(data);
    } catch (CodecException e) {
      return PubSub.Verdict.IGNORE;
    }
    if (strikes.out(author, timer.now())) {
      return PubSub.Verdict.IGNORE;
    }
    switch (message) {
      case TipMessage.Update update -> hear(update.stream(), update.tip(), author);
      case TipMessage.Query query -> answer(query);
      case TipMessage.Response response -> hear(response, author);
      case TipMessage.Keepalive alive -> {}
    }
    return PubSub.Verdict.ACCEPT;
  }

  private void hear(TipMessage.Response response, PeerId author) {
    response
        .tips()
        .forEach(
            (stream, tip) -> {
              Inquiry inquiry = inquiries.get(stream);
              if (inquiry == null) {
                hear(stream, tip, author);
              } else if (inquiry.answered(tip) && !log.contains(tip)) {
                inquiry.walking(
                    walks.now(stream, tip, author, Deadline.in(Duration.ofSeconds(60))));
              }
            });
  }

  private void hear(StreamId stream, Cid tip, PeerId author) {
    if (!heard.add(new Named(stream, tip)) || log.contains(tip)) {
      return;
    }
    if (log.contains(stream.init())) {
      walks.later(stream, tip, author);
    } else {
      unknown.note(stream, new TipBook.Tip(tip, author));
    }
  }

  private void walked(StreamId stream, Cid tip, PeerId author, Outcome outcome) {
    if (outcome == Outcome.ARRIVED) {
      return;
    }
    // Said again, it is worth another walk.
    heard.remove(new Named(stream, tip));
    strikes.add(author, outcome == Outcome.FOREIGN ? Strikes.LIE : Strikes.MISS, timer.now());
    if (outcome == Outcome.UNREACHABLE) {
      unknown.note(stream, new TipBook.Tip(tip, author));
      // Right after a cut its author may be heard of before it can be asked.
      if (retries.take(timer.now())) {
        timer.after(RETRY_MS, () -> workers.execute(() -> retry(stream)));
      }
    }
  }

  private void retry(StreamId stream) {
    if (!closed && log.contains(stream.init())) {
      for (TipBook.Tip tip : unknown.take(stream)) {
        if (!log.contains(tip.tip()) && !strikes.out(tip.from(), timer.now())) {
          walks.later(stream, tip.tip(), tip.from());
        }
      }
    }
  }

  private void answer(TipMessage.Query query) {
    StreamId stream = query.stream();
    if (!log.contains(stream.init()) || !answers.take(timer.now())) {
      return;
    }
    workers.execute(
        () -> {
          try {
            StreamState state =
                streams.load(
                    new StreamRef(stream, Optional.empty()),
                    LoadOptions.local(Deadline.in(ANSWERING)));
            publish(new TipMessage.Response(query.id(), Map.of(stream, state.tip())));
          } catch (StreamException e) {
            LOG.debug("No answer about stream {}: {}", stream, e.getMessage());
          }
        });
  }

  private void publish(TipMessage message) {
    if (!closed) {
      lastMessage = timer.now();
      pubSub.publish(place.topic(), message.encode());
    }
  }

  @Override
  public boolean asked(StreamId stream) {
    return asked.contains(stream);
  }

  @Override
  public void ask(StreamId stream, Duration wait, Deadline deadline) {
    if (closed || !peers.getAsBoolean() || inquiries.size() >= MAX_INQUIRIES) {
      return;
    }
    asked.add(stream);
    boolean somebody = !pubSub.members(place.topic()).isEmpty();
    long waitMs = Math.min(wait.toMillis(), deadline.remainingMs());
    Inquiry fresh = new Inquiry(timer, somebody ? waitMs : 0);
    Inquiry same = inquiries.putIfAbsent(stream, fresh);
    Inquiry inquiry = same == null ? fresh : same;
    try {
      if (same == null) {
        begin(stream, fresh, somebody && waitMs > 0, waitMs, deadline);
      }
      timer.await(inquiry.over(), deadline);
    } finally {
      inquiries.remove(stream, fresh);
    }
  }

  private void begin(
      StreamId stream, Inquiry inquiry, boolean query, long waitMs, Deadline deadline) {
    for (TipBook.Tip tip : unknown.take(stream)) {
      inquiry.walking(walks.now(stream, tip.tip(), tip.from(), deadline));
    }
    if (!log.contains(stream.init())) {
      // Somebody may have the stream without being on the topic; nobody waits long for that.
      Deadline soon = Deadline.in(Duration.ofMillis(Math.max(waitMs, 1_000)));
      inquiry.walking(
          walks.now(
              stream,
              stream.init(),
              null,
              soon.remainingMs() < deadline.remainingMs() ? soon : deadline));
    }
    if (query && queries.take(timer.now())) {
      publish(TipMessage.Query.of(stream));
    } else {
      inquiry.nobody();
    }
  }

  @Override
  public void fetch(StreamId stream, Cid event, Deadline deadline) {
    if (!closed && peers.getAsBoolean()) {
      timer.await(walks.now(stream, event, null, deadline), deadline);
    }
  }

  /** Anchoring makes tips without anybody's write; those of other nodes came by a walk. */
  private void changed(StreamState state) {
    LogEntry tip = state.log().tip();
    if (tip.kind() == LogEntry.Kind.TIME && !walks.underWay(state.id())) {
      announce(state.id(), tip.cid(), model(state));
    }
  }

  private static Optional<StreamId> model(StreamState state) {
    if (state.document().latestMetadata().get("model").orElse(Ipld.NULL)
        instanceof Ipld.Bytes model) {
      try {
        return Optional.of(StreamId.of(model.value()));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  @Override
  public void announce(StreamId stream, Cid tip, Optional<StreamId> model) {
    TipMessage.Update update = new TipMessage.Update(stream, tip, model);
    own.made(update, timer.now());
    tell(update);
  }

  /** Whoever has come, or has come back, has missed what was told meanwhile. */
  private void lookAround() {
    if (closed) {
      return;
    }
    Set<OwnTips.Present> present =
        pubSub.members(place.topic()).stream()
            .map(member -> new OwnTips.Present(member.peer(), member.session()))
            .collect(Collectors.toSet());
    own.again(present, timer.now()).forEach(this::tell);
    timer.after(LOOKING_MS, this::lookAround);
  }

  private void tell(TipMessage.Update update) {
    if (closed || !peers.getAsBoolean()) {
      return;
    }
    synchronized (toTell) {
      toTell.remove(update.stream());
      toTell.put(update.stream(), update);
      if (toTell.size() > MAX_ANNOUNCEMENTS) {
        toTell.remove(toTell.keySet().iterator().next());
      }
      if (telling) {
        return;
      }
      telling = true;
    }
    timer.after(0, this::tell);
  }

  private void tell() {
    for (int i = 0; i < ANNOUNCEMENTS_AT_ONCE; i++) {
      TipMessage.Update next;
      synchronized (toTell) {
        Iterator<TipMessage.Update> oldest = toTell.values().iterator();
        if (!oldest.hasNext()) {
          telling = false;
          return;
        }
        next = oldest.next();
        oldest.remove();
      }
      publish(next);
    }
    timer.after(ANNOUNCING_MS, this::tell);
  }

  private void keepAlive() {
    if (closed) {
      return;
    }
    long now = timer.now();
    if (peers.getAsBoolean()
        && (now - lastMessage >= KEEPALIVE_MS || now - lastKeepalive >= LONG_MS)) {
      lastKeepalive = now;
      publish(
          new TipMessage.Keepalive(System.currentTimeMillis(), place.version(), place.version()));
    }
    timer.after(KEEPALIVE_MS, this::keepAlive);
  }

  /** Numbers for metrics. */
  public Numbers numbers() {
    return new Numbers(
        pubSub.members(place.topic()).size(),
        unknown.size(),
        walks.running(),
        walks.queued(),
        walks.dropped());
  }

  /**
   * Numbers for metrics.
   *
   * @param members peers on the topic
   * @param tips streams nobody asked for of which a tip is remembered
   * @param walking tips that are being followed
   * @param waiting tips that wait to be followed
   * @param dropped tips that were given up for want of room
   */
  public record Numbers(int members, int tips, int walking, int waiting, long dropped) {}

  /** Leaves the topic; what is under way ends by itself. */
  @Override
  public void close() throws Exception {
    closed = true;
    listening.close();
    subscription.close();
  }
}
