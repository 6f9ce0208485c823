package org.kiln.net.gossip;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Who is in the mesh of which topic, and how it stays between its bounds. Not thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/pubsub/gossipsub/gossipsub-v1.1.md">
 *     gossipsub 1.1</a>
 */
final class Meshes {
  private final Parameters parameters;
  private final RandomGenerator random;
  private final Backoffs backoffs;
  private final Scores scores;
  private final Map<String, Set<Peer>> mesh = new LinkedHashMap<>();
  private final Map<String, Set<Peer>> fanout = new LinkedHashMap<>();
  private final Map<String, Long> lastPublished = new HashMap<>();
  private long ticks;

  Meshes(Parameters parameters, RandomGenerator random, Backoffs backoffs, Scores scores) {
    this.parameters = parameters;
    this.random = random;
    this.backoffs = backoffs;
    this.scores = scores;
  }

  /** The mesh of a topic; empty when we are not on it. */
  Set<Peer> of(String topic) {
    return mesh.getOrDefault(topic, Set.of());
  }

  int count(Peer peer) {
    return (int) mesh.values().stream().filter(peers -> peers.contains(peer)).count();
  }

  void join(String topic, Collection<Peer> peers, long now) {
    mesh.put(topic, new LinkedHashSet<>());
    fanout.remove(topic);
    lastPublished.remove(topic);
    graft(topic, parameters.d(), peers, now, peer -> true);
  }

  void leave(String topic, long now) {
    Set<Peer> members = mesh.remove(topic);
    for (Peer peer : members == null ? Set.<Peer>of() : members) {
      peer.out.prune(topic, parameters.unsubscribeBackoffMs() / 1000);
      backoffs.add(topic, peer.id, now + parameters.unsubscribeBackoffMs());
    }
  }

  void forget(Peer peer) {
    mesh.values().forEach(members -> members.remove(peer));
    fanout.values().forEach(members -> members.remove(peer));
  }

  void unsubscribed(Peer peer, String topic) {
    if (mesh.containsKey(topic)) {
      mesh.get(topic).remove(peer);
    }
    if (fanout.containsKey(topic)) {
      fanout.get(topic).remove(peer);
    }
  }

  /** A peer wants us in its mesh, and so to be in ours. */
  void grafted(Peer peer, String topic, long now) {
    Set<Peer> members = mesh.get(topic);
    // Of a topic we are not on nothing is said: it would only tell a flooder that we listen.
    if (members == null || members.contains(peer) || peer.out == null || !peer.meshsub) {
      return;
    }
    long end = backoffs.end(topic, peer.id);
    if (now < end) {
      boolean flood = now < end - parameters.pruneBackoffMs() + parameters.graftFloodMs();
      scores.misbehaved(peer.id, flood ? 2 : 1);
      refuse(peer, topic, now);
    } else if (scores.of(peer.id) < 0 || members.size() >= parameters.dHigh() && !peer.outbound) {
      refuse(peer, topic, now);
    } else {
      // A graft says that it is on the topic, even when its subscription was lost on the way.
      peer.subscribed(topic);
      members.add(peer);
    }
  }

  private void refuse(Peer peer, String topic, long now) {
    peer.out.prune(topic, parameters.pruneBackoffMs() / 1000);
    backoffs.add(topic, peer.id, now + parameters.pruneBackoffMs());
  }

  /** A peer has taken us out of its mesh. */
  void pruned(Peer peer, Rpc.Prune prune, long now) {
    Set<Peer> members = mesh.get(prune.topic());
    if (members == null) {
      return;
    }
    members.remove(peer);
    long said = prune.backoffSeconds();
    long backoff =
        said <= 0
            ? parameters.pruneBackoffMs()
            : Math.min(said, Parameters.MAX_BACKOFF_MS / 1000) * 1000;
    backoffs.add(prune.topic(), peer.id, now + backoff);
  }

  /** Brings the mesh of a topic between its bounds. */
  void maintain(String topic, Collection<Peer> peers, long now) {
    Set<Peer> members = mesh.get(topic);
    for (Peer peer : List.copyOf(members)) {
      if (scores.of(peer.id) < 0) {
        prune(topic, peer, now);
      }
    }
    if (members.size() < parameters.dLow()) {
      graft(topic, parameters.d() - members.size(), peers, now, peer -> true);
    }
    if (members.size() > parameters.dHigh()) {
      shrink(topic, members, now);
    }
    if (members.size() >= parameters.dLow()) {
      long dialled = members.stream().filter(peer -> peer.outbound).count();
      if (dialled < parameters.dOut()) {
        graft(topic, parameters.dOut() - (int) dialled, peers, now, peer -> peer.outbound);
      }
    }
    if (ticks % parameters.opportunisticTicks() == 0 && members.size() > 1) {
      improve(topic, members, peers, now);
    }
  }

  private void shrink(String topic, Set<Peer> members, long now) {
    List<Peer> order = new ArrayList<>(members);
    Collections.shuffle(order, random);
    order.sort(Comparator.comparingDouble((Peer peer) -> scores.of(peer.id)).reversed());
    Collections.shuffle(order.subList(parameters.dScore(), order.size()), random);
    // Peers that we dialled cannot have come on their own to surround us: some of them stay.
    int d = parameters.d();
    List<Peer> kept = new ArrayList<>(order.subList(0, d));
    List<Peer> rest = new ArrayList<>(order.subList(d, order.size()));
    int dialled = (int) kept.stream().filter(peer -> peer.outbound).count();
    for (int i = d - 1; i >= parameters.dScore() && dialled < parameters.dOut(); i--) {
      Peer other = rest.stream().filter(peer -> peer.outbound).findFirst().orElse(null);
      if (other == null) {
        break;
      }
      if (!kept.get(i).outbound) {
        rest.remove(other);
        rest.add(kept.set(i, other));
        dialled++;
      }
    }
    rest.forEach(peer -> prune(topic, peer, now));
  }

  private void improve(String topic, Set<Peer> members, Collection<Peer> peers, long now) {
    double[] known = members.stream().mapToDouble(peer -> scores.of(peer.id)).sorted().toArray();
    double median = known[known.length / 2];
    if (median < Parameters.OPPORTUNISTIC_THRESHOLD) {
      graft(topic, Parameters.OPPORTUNISTIC_PEERS, peers, now, peer -> scores.of(peer.id) > median);
    }
  }

  private void graft(
      String topic, int count, Collection<Peer> peers, long now, Predicate<Peer> fits) {
    Set<Peer> members = mesh.get(topic);
    List<Peer> candidates = new ArrayList<>();
    for (Peer peer : peers) {
      long end = backoffs.end(topic, peer.id);
      if (peer.meshes(topic)
          && !members.contains(peer)
          && (end == 0 || end + Parameters.BACKOFF_SLACK_MS <= now)
          && scores.of(peer.id) >= 0
          && fits.test(peer)) {
        candidates.add(peer);
      }
    }
    Collections.shuffle(candidates, random);
    for (Peer peer : candidates.subList(0, Math.min(count, candidates.size()))) {
      members.add(peer);
      peer.out.graft(topic);
    }
  }

  private void prune(String topic, Peer peer, long now) {
    mesh.get(topic).remove(peer);
    refuse(peer, topic, now);
  }

  /** Peers of a topic we publish to without being on it. */
  Set<Peer> fanout(String topic) {
    return fanout.getOrDefault(topic, Set.of());
  }

  /** The same, found when there are none. */
  Set<Peer> fanout(String topic, Collection<Peer> peers, long now) {
    lastPublished.put(topic, now);
    Set<Peer> members = fanout.computeIfAbsent(topic, key -> new LinkedHashSet<>());
    fill(topic, members, peers);
    return members;
  }

  /** Forgets what was not published to for a while; the topics that are left. */
  List<String> maintainFanout(Collection<Peer> peers, long now) {
    fanout.keySet().removeIf(topic -> lastPublished.get(topic) + parameters.fanoutTtlMs() <= now);
    lastPublished.keySet().retainAll(fanout.keySet());
    fanout.forEach((topic, members) -> fill(topic, members, peers));
    return List.copyOf(fanout.keySet());
  }

  private void fill(String topic, Set<Peer> members, Collection<Peer> peers) {
    members.removeIf(
        peer -> !peer.meshes(topic) || scores.of(peer.id) < Parameters.PUBLISH_THRESHOLD);
    List<Peer> others = new ArrayList<>();
    for (Peer peer : peers) {
      if (peer.meshes(topic)
          && !members.contains(peer)
          && scores.of(peer.id) >= Parameters.PUBLISH_THRESHOLD) {
        others.add(peer);
      }
    }
    Collections.shuffle(others, random);
    others.stream().limit(Math.max(0, parameters.d() - members.size())).forEach(members::add);
  }

  void ticked() {
    ticks++;
  }
}
