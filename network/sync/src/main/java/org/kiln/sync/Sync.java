package org.kiln.sync;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.kiln.api.feed.Origin.Node;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.PubSub;
import org.kiln.core.net.PubSub.Origin;
import org.kiln.core.net.PubSub.Verdict;
import org.kiln.core.net.StreamSync;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes of our tips, hears of theirs, asks and answers; and fetches what is missing of
 * streams that are known here, asked for, or of a model that is wanted. Thread-safe.
 */
public final class Sync implements StreamSync, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sync.class);
  private static final int MAX_ASKED = 100_000;
  private static final int MAX_INQUIRIES = 256;
  private static final int MAX_ANNOUNCEMENTS = 10_000;
  private static final int ANNOUNCEMENTS_AT_ONCE = 20;
  private static final long ANNOUNCING_MS = 100;
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Duration READING = Duration.ofSeconds(5);
  private static final double OUT_OF_THE_MESH = -9;
  private static final long KEEPALIVE_MS = 30_000;
  private static final long LOOKING_MS = 2_000;
  private static final long LONG_MS = 24 * 3_600_000L;

  /** Where the service is. */
  public record Place(String topic, String version, int queriesPerSecond) {}

  private final EventLog log;
  private final StreamReads streams;
  private final PubSub pubSub;
  private final Supplier<Optional<BlockFetcher>> fetcher;
  private final Connections peers;
  private final Place place;
  private final Timer timer;
  private final Walks walks;
  private final TipReputation standing = new TipReputation();
  private final TipIntake tips;
  private final Recent<StreamId> asked = new Recent<>(MAX_ASKED);
  private final Map<StreamId, TipQuery> inquiries = new ConcurrentHashMap<>();
  private final Map<StreamId, TipMessage.Update> toTell = new LinkedHashMap<>();
  private final OwnTips own = new OwnTips();
  private final Budget queries;
  private final TipAnswers answers;
  private final AutoCloseable subscription;
  private boolean telling;
  private volatile long lastMessage;
  private volatile long lastKeepalive;
  private volatile boolean closed;

  /**
   * Begins to listen.
   *
   * @param fetcher gets blocks; empty while there is none
   * @param peers who is connected
   * @param wanted tells models all of whose documents are to be here
   * @param workers runs what may block, each on a thread of its own
   */
  Sync(
      EventLog log,
      StreamReads streams,
      StreamArrivals arrivals,
      PubSub pubSub,
      Supplier<Optional<BlockFetcher>> fetcher,
      Connections peers,
      Predicate<StreamId> wanted,
      Place place,
      Timer timer,
      Executor workers) {
    this.log = log;
    this.streams = streams;
    this.pubSub = pubSub;
    this.fetcher = fetcher;
    this.peers = peers;
    this.place = place;
    this.timer = timer;
    this.walks = new Walks(log, arrivals, fetcher, workers);
    this.tips = new TipIntake(log, walks, standing, peers, wanted, asked::add, timer, workers);
    this.answers = new TipAnswers(streams, this::publish, timer, workers);
    this.queries =
        new Budget(place.queriesPerSecond(), place.queriesPerSecond() * 10.0, timer.now());
    this.lastMessage = timer.now() - KEEPALIVE_MS;
    this.lastKeepalive = timer.now() - LONG_MS;
    this.subscription = pubSub.subscribe(place.topic(), new Ear());
    timer.after(0, this::keepAlive);
    timer.after(LOOKING_MS, this::lookAround);
  }

  /** What is heard on the topic. */
  private final class Ear implements PubSub.Subscriber {
    @Override
    public Verdict received(Origin origin, byte[] data) {
      if (data.length > PubSub.MAX_BYTES) {
        // Others hand on all that is signed: only who has made it is to blame.
        return origin.direct() ? Verdict.REJECT : Verdict.IGNORE;
      }
      TipMessage message;
      try {
        message = TipMessage.decode(data);
      } catch (CodecException e) {
        return Verdict.IGNORE;
      }
      Payer payer = standing.payer(origin, timer.now());
      return heeds(payer) ? heard(message, origin, payer) : Verdict.UNHEARD;
    }

    @Override
    public double standing(PeerId peer) {
      return standing.worst(peer, timer.now()) == TipReputation.Level.OUT ? OUT_OF_THE_MESH : 0;
    }
  }

  private boolean heeds(Payer payer) {
    return standing.heeds(payer, timer.now());
  }

  private Verdict heard(TipMessage message, Origin origin, Payer payer) {
    return switch (message) {
      case TipMessage.Update update ->
          tips.told(update.stream(), update.tip(), update.model(), origin, payer);
      case TipMessage.Query query ->
          !log.contains(query.stream().init()) || answers.asked(query, payer)
              ? Verdict.ACCEPT
              : Verdict.UNHEARD;
      case TipMessage.Response response -> heard(response, origin, payer);
      case TipMessage.Keepalive alive -> Verdict.ACCEPT;
    };
  }

  /** Each tip of an answer counts like a message of its own. */
  private Verdict heard(TipMessage.Response response, Origin origin, Payer payer) {
    boolean first = true;
    Verdict verdict = Verdict.ACCEPT;
    for (Map.Entry<StreamId, Cid> named : response.tips().entrySet()) {
      Verdict one = first || heeds(payer) ? heard(named, origin, payer) : Verdict.UNHEARD;
      verdict = one == Verdict.ACCEPT ? verdict : one;
      first = false;
    }
    return verdict;
  }

  private Verdict heard(Map.Entry<StreamId, Cid> named, Origin origin, Payer payer) {
    TipQuery query = inquiries.get(named.getKey());
    if (query == null) {
      return tips.told(named.getKey(), named.getValue(), Optional.empty(), origin, payer);
    }
    if (query.answered(named.getValue(), payer) && !log.contains(named.getValue())) {
      HeardTip tip = HeardTip.of(named.getKey(), named.getValue(), origin, payer);
      query.walking(tips.follow(tip, Deadline.in(ANSWER)));
    }
    return Verdict.ACCEPT;
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
  public void begun(StreamId stream) {
    asked.add(stream);
  }

  @Override
  public void ask(StreamId stream, Duration wait, Deadline deadline) {
    if (closed || !peers.any() || inquiries.size() >= MAX_INQUIRIES) {
      return;
    }
    long waitMs = Math.min(wait.toMillis(), deadline.remaining().toMillis());
    TipQuery fresh = new TipQuery(timer, waitMs);
    TipQuery same = inquiries.putIfAbsent(stream, fresh);
    TipQuery query = same == null ? fresh : same;
    try {
      if (same == null) {
        begin(stream, fresh, waitMs, deadline);
      }
      timer.await(query.over(), deadline);
    } finally {
      inquiries.remove(stream, fresh);
    }
  }

  private void begin(StreamId stream, TipQuery query, long waitMs, Deadline deadline) {
    for (HeardTip tip : tips.known(stream)) {
      query.walking(tips.follow(tip, deadline));
    }
    if (!log.contains(stream.init())) {
      // Somebody may have the stream without being on the topic; nobody waits long for that.
      Deadline soon = Deadline.in(Duration.ofMillis(Math.max(waitMs, 1_000)));
      query.walking(
          walks.now(
              Walks.Request.unnamed(
                  stream,
                  stream.init(),
                  soon.remaining().toMillis() < deadline.remaining().toMillis()
                      ? soon
                      : deadline)));
    }
    if (!pubSub.members(place.topic()).isEmpty() && queries.take(timer.now())) {
      asked.add(stream);
      publish(TipMessage.Query.of(stream));
    } else {
      query.nobody();
    }
  }

  @Override
  public void fetch(StreamId stream, Cid event, Deadline deadline) {
    if (!closed && peers.any()) {
      timer.await(walks.now(Walks.Request.unnamed(stream, event, deadline)), deadline);
    }
  }

  @Override
  public Optional<Block> block(Cid cid, Deadline deadline) {
    return closed || !peers.any()
        ? Optional.empty()
        : fetcher.get().flatMap(from -> from.fetch(cid, Set.of(), deadline));
  }

  /**
   * Hears of a change, on one thread. Anchoring makes tips without anybody's write. A client's are
   * announced with the write, if the client wishes so; those of other nodes are known there.
   */
  void changed(StreamChange change) {
    if (change.kind() == StreamChange.Kind.ANCHORED && change.origin() instanceof Node) {
      StreamRef ref = new StreamRef(change.stream(), Optional.empty());
      try {
        StreamState state = streams.load(ref, LoadOptions.local(Deadline.in(READING)));
        announce(change.stream(), change.tip(), StreamMetadata.of(state).model());
      } catch (StreamException e) {
        LOG.debug("Tip {} of {} is not told: {}", change.tip(), change.stream(), e.getMessage());
      }
    }
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
    tips.sweep();
    timer.after(LOOKING_MS, this::lookAround);
  }

  private void tell(TipMessage.Update update) {
    if (closed || !peers.any()) {
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
    if (peers.any() && (now - lastMessage >= KEEPALIVE_MS || now - lastKeepalive >= LONG_MS)) {
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
        tips.known(),
        walks.running(),
        tips.waiting(),
        tips.dropped() + walks.dropped());
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

  /** What counts against a peer for what it has handed on; empty when nothing was heard of it. */
  public OptionalDouble score(PeerId peer) {
    return standing.score(peer, timer.now());
  }

  /** Leaves the topic; what is under way ends by itself. */
  @Override
  public void close() throws Exception {
    closed = true;
    subscription.close();
  }
}
