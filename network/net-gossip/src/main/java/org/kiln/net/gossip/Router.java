package org.kiln.net.gossip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.kiln.api.net.PeerId;
import org.kiln.core.net.PubSub;

/**
 * The rules of gossipsub 1.1. It has no threads and no time of its own: calls come one at a time,
 * heartbeats too, and what it has to say lies in the queues of its peers afterwards. The same calls
 * at the same times lead to the same end.
 *
 * <p>Messages come in two steps, so that signatures are checked and applications asked without
 * holding anything up: {@link #receive} says which are worth it, {@link #claim} whether a valid one
 * is the first of its kind, {@link #forward} passes it on.
 */
final class Router {
  private final String selfBytes;
  private final Parameters parameters;
  private final LongSupplier clock;
  private final RandomGenerator random;
  private final Map<PeerId, Peer> peers = new LinkedHashMap<>();
  private final Set<String> topics = new LinkedHashSet<>();
  private final Meshes meshes;
  private final Backoffs backoffs = new Backoffs();
  private final Scores scores = new Scores();
  private final Promises promises = new Promises();
  private final SeenCache seen;
  private final MessageCache cache;
  private final Counts counts = new Counts();
  private long sessions;

  /**
   * A router without peers.
   *
   * @param clock milliseconds that never go back
   */
  Router(PeerId self, Parameters parameters, LongSupplier clock, RandomGenerator random) {
    this.selfBytes = new String(self.bytes(), StandardCharsets.ISO_8859_1);
    this.parameters = parameters;
    this.clock = clock;
    this.random = random;
    this.seen = new SeenCache(parameters.seenTtlMs(), parameters.seenIds());
    this.cache =
        new MessageCache(
            parameters.historyLength(), parameters.historyGossip(), parameters.cacheBytes());
    this.meshes = new Meshes(parameters, random, backoffs, scores);
  }

  private long now() {
    return clock.getAsLong();
  }

  private Peer peer(PeerId id) {
    return peers.computeIfAbsent(id, Peer::new);
  }

  /**
   * A stream to a peer stands.
   *
   * @param meshsub whether it speaks meshsub, else floodsub
   * @param outbound whether we dialled it
   * @param address for counting peers on one address; null: not counted
   * @param out where to put what is to be said
   */
  void arrived(PeerId id, boolean meshsub, boolean outbound, String address, OutboundQueue out) {
    Peer peer = peer(id);
    scores.arrived(id, address);
    peer.out = out;
    peer.session = ++sessions;
    peer.meshsub = meshsub;
    peer.outbound = outbound;
    topics.forEach(topic -> out.subscription(topic, true));
  }

  /** There is no stream to the peer for now; what was said last may not have come through. */
  void muted(PeerId id) {
    Peer peer = peers.get(id);
    if (peer != null) {
      meshes.forget(peer);
      peer.out = null;
    }
  }

  /** The peer is gone. */
  void left(PeerId id) {
    Peer peer = peers.remove(id);
    if (peer != null) {
      meshes.forget(peer);
      promises.forget(id);
      scores.left(id, now());
      peer.out = null;
    }
  }

  void subscribe(String topic) {
    if (topics.add(topic)) {
      peers.values().stream()
          .filter(peer -> peer.out != null)
          .forEach(peer -> peer.out.subscription(topic, true));
      meshes.join(topic, peers.values(), now());
    }
  }

  void unsubscribe(String topic) {
    if (topics.remove(topic)) {
      meshes.leave(topic, now());
      peers.values().stream()
          .filter(peer -> peer.out != null)
          .forEach(peer -> peer.out.subscription(topic, false));
    }
  }

  /**
   * Sends a message of our own.
   *
   * @return to how many peers
   */
  int publish(Message message) {
    counts.published++;
    seen.add(message.id(), now());
    cache.put(message);
    int sent = 0;
    for (Peer peer : recipients(message.topic())) {
      sent += peer.out.message(message) ? 1 : 0;
    }
    return sent;
  }

  private Collection<Peer> recipients(String topic) {
    Set<Peer> to = new LinkedHashSet<>();
    for (Peer peer : peers.values()) {
      if (peer.out != null
          && peer.on(topic)
          && (parameters.floodPublish() || !peer.meshsub)
          && scores.of(peer.id) >= Parameters.PUBLISH_THRESHOLD) {
        to.add(peer);
      }
    }
    if (!parameters.floodPublish()) {
      to.addAll(
          topics.contains(topic) ? meshes.of(topic) : meshes.fanout(topic, peers.values(), now()));
    }
    return to;
  }

  /**
   * Takes in a frame of a peer.
   *
   * @return messages that may be new: check them, then {@link #claim} them
   */
  List<Message> receive(PeerId from, Rpc rpc) {
    if (scores.of(from) < Parameters.GRAYLIST_THRESHOLD) {
      counts.ignored += rpc.messages().size();
      return List.of();
    }
    Peer peer = peer(from);
    rpc.subscriptions().forEach(change -> changed(peer, change));
    List<Message> fresh = new ArrayList<>(rpc.messages().size());
    for (Message message : rpc.messages()) {
      if (wanted(peer, message)) {
        fresh.add(message);
      }
    }
    rpc.haves().forEach(have -> told(peer, have));
    asked(peer, rpc.wants());
    rpc.grafts().forEach(topic -> meshes.grafted(peer, topic, now()));
    rpc.prunes().forEach(prune -> meshes.pruned(peer, prune, now()));
    return fresh;
  }

  private void changed(Peer peer, Rpc.Subscription change) {
    if (change.subscribed()) {
      peer.subscribed(change.topic());
    } else {
      peer.unsubscribed(change.topic());
      meshes.unsubscribed(peer, change.topic());
    }
  }

  private boolean wanted(Peer peer, Message message) {
    if (message.topic() == null || message.from() == null) {
      invalid(peer.id);
      return false;
    }
    // Our own words come back to us from nobody but a mirror or a forger.
    if (!topics.contains(message.topic()) || message.id().startsWith(selfBytes)) {
      counts.ignored++;
      return false;
    }
    promises.kept(message.id());
    if (seen.sighted(message.id(), now())) {
      counts.duplicates++;
      return false;
    }
    return true;
  }

  /** A message of that peer was not signed, or the application rejects it. */
  void invalid(PeerId from) {
    counts.rejected++;
    scores.invalid(from);
  }

  /** A peer broke the protocol: frames that cannot be read. */
  void misbehaved(PeerId from) {
    scores.misbehaved(from, 1);
  }

  /** Whether a message whose signature holds is the first of its id. */
  boolean claim(Message message) {
    if (seen.sighted(message.id(), now())) {
      counts.duplicates++;
      return false;
    }
    seen.add(message.id(), now());
    counts.received++;
    return true;
  }

  /** The application has not heard a message that was claimed: a copy by another peer is as new. */
  void unclaim(Message message) {
    seen.remove(message.id());
    counts.received--;
    counts.ignored++;
  }

  /** What the application thinks of a peer: 0, or less when what it hands on is a burden. */
  void judged(PeerId peer, double standing) {
    scores.judged(peer, standing);
  }

  /** Passes on a message that was accepted. */
  void forward(PeerId from, Message message) {
    cache.put(message);
    String topic = message.topic();
    String author = new String(message.from(), StandardCharsets.ISO_8859_1);
    Set<Peer> to = new LinkedHashSet<>(meshes.of(topic));
    peers.values().stream()
        .filter(peer -> peer.out != null && !peer.meshsub && peer.on(topic))
        .filter(peer -> scores.of(peer.id) >= Parameters.PUBLISH_THRESHOLD)
        .forEach(to::add);
    for (Peer peer : to) {
      if (!peer.id.equals(from)
          && !author.equals(new String(peer.id.bytes(), StandardCharsets.ISO_8859_1))) {
        peer.out.message(message);
      }
    }
  }

  private void told(Peer peer, Rpc.Have have) {
    if (peer.out == null
        || !topics.contains(have.topic())
        || scores.of(peer.id) < Parameters.GOSSIP_THRESHOLD
        || ++peer.ihaves > parameters.maxIhaveMessages()
        || peer.idsWanted >= parameters.maxIhaveIds()) {
      return;
    }
    Set<String> known = new HashSet<>();
    List<String> ask = new ArrayList<>();
    for (String id : have.ids()) {
      String canonical = MessageIds.canonical(id);
      if (!canonical.startsWith(selfBytes)
          && !seen.contains(canonical, now())
          && known.add(canonical)) {
        ask.add(id);
      }
    }
    if (ask.isEmpty()) {
      return;
    }
    Collections.shuffle(ask, random);
    List<String> some =
        ask.subList(0, Math.min(ask.size(), parameters.maxIhaveIds() - peer.idsWanted));
    peer.idsWanted += some.size();
    peer.out.want(some);
    promises.made(
        peer.id,
        MessageIds.canonical(some.get(random.nextInt(some.size()))),
        now() + parameters.iwantFollowupMs());
  }

  private void asked(Peer peer, List<String> wants) {
    if (wants.isEmpty() || peer.out == null || scores.of(peer.id) < Parameters.GOSSIP_THRESHOLD) {
      return;
    }
    for (String id : wants) {
      if (++peer.idsAsked > parameters.maxIhaveIds()) {
        return;
      }
      cache
          .answer(MessageIds.canonical(id), peer.id, parameters.retransmissions())
          .ifPresent(peer.out::message);
    }
  }

  /** A heartbeat has passed. */
  void heartbeat() {
    long now = now();
    peers.values().forEach(Peer::heartbeat);
    scores.decay(now);
    promises.broken(now).forEach(scores::misbehaved);
    backoffs.expire(now);
    seen.expire(now);
    for (String topic : topics) {
      meshes.maintain(topic, peers.values(), now);
      gossip(topic, meshes.of(topic));
    }
    for (String topic : meshes.maintainFanout(peers.values(), now)) {
      gossip(topic, meshes.fanout(topic));
    }
    meshes.ticked();
    cache.shift();
  }

  private void gossip(String topic, Set<Peer> except) {
    List<String> ids = cache.recent(topic);
    if (ids.isEmpty()) {
      return;
    }
    List<Peer> others = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.meshes(topic)
          && !except.contains(peer)
          && scores.of(peer.id) >= Parameters.GOSSIP_THRESHOLD) {
        others.add(peer);
      }
    }
    Collections.shuffle(others, random);
    int count = Math.max(parameters.dLazy(), (int) (parameters.gossipFactor() * others.size()));
    for (Peer peer : others.subList(0, Math.min(count, others.size()))) {
      List<String> some = ids;
      if (ids.size() > parameters.maxIhaveIds()) {
        some = new ArrayList<>(ids);
        Collections.shuffle(some, random);
        some = some.subList(0, parameters.maxIhaveIds());
      }
      peer.out.have(topic, some);
    }
  }

  /** How many meshes a peer is in. */
  int meshesOf(PeerId id) {
    Peer peer = peers.get(id);
    return peer == null ? 0 : meshes.count(peer);
  }

  /** The peers of a topic. */
  List<PubSub.Member> members(String topic, Function<PeerId, String> protocol) {
    List<PubSub.Member> members = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.out != null && peer.on(topic)) {
        members.add(
            new PubSub.Member(
                peer.id,
                protocol.apply(peer.id),
                meshes.of(topic).contains(peer),
                peer.session,
                scores.of(peer.id)));
      }
    }
    return members;
  }

  double score(PeerId id) {
    return scores.of(id);
  }

  Collection<PeerId> peers() {
    return List.copyOf(peers.keySet());
  }

  int promisesOpen() {
    return promises.size();
  }

  int remembered() {
    return seen.size();
  }

  long cachedBytes() {
    return cache.bytes();
  }

  Counts counts() {
    return counts;
  }

  /** What happened since the start. */
  static final class Counts {
    long published;
    long received;
    long duplicates;
    long rejected;
    long ignored;
  }
}
