package org.kiln.net.gossip;

import java.util.HashSet;
import java.util.Set;
import org.kiln.api.net.PeerId;

/** A peer as the router sees it. Not thread-safe. */
final class Peer {
  /** How many topics of a peer are remembered; what it says beyond is passed over. */
  private static final int MAX_TOPICS = 100;

  final PeerId id;

  /** Topics it has subscribed to. */
  private final Set<String> topics = new HashSet<>();

  /** Where what we have to say waits; null as long as we have no stream to it. */
  OutboundQueue out;

  /** Whether it speaks meshsub; else floodsub, which knows no mesh and no gossip. */
  boolean meshsub;

  /** Whether we dialled it. */
  boolean outbound;

  /** Number of the stream we have to it. */
  long session;

  /** What it did since the last heartbeat. */
  int ihaves;

  int idsWanted;
  int idsAsked;

  Peer(PeerId id) {
    this.id = id;
  }

  boolean on(String topic) {
    return topics.contains(topic);
  }

  /** Whether it can be in a mesh. */
  boolean meshes(String topic) {
    return out != null && meshsub && on(topic);
  }

  void subscribed(String topic) {
    if (topics.size() < MAX_TOPICS) {
      topics.add(topic);
    }
  }

  void unsubscribed(String topic) {
    topics.remove(topic);
  }

  void heartbeat() {
    ihaves = 0;
    idsWanted = 0;
    idsAsked = 0;
  }
}
