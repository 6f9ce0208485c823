package org.kiln.core.net;

import java.util.List;
import org.kiln.api.net.PeerId;

/**
 * Messages on topics, among all peers that have subscribed to them. A service, there while the
 * network is. Thread-safe.
 */
public interface PubSub {
  /** The most bytes a message may have that is published here. */
  int MAX_BYTES = 64 * 1024;

  /**
   * Subscribes to a topic, once for each topic at a time.
   *
   * @param topic for example {@code /ceramic/mainnet}; at most 256 bytes of UTF-8
   * @return ends the subscription
   * @throws IllegalStateException when somebody has subscribed to it already
   */
  AutoCloseable subscribe(String topic, Subscriber subscriber);

  /**
   * Signs and sends a message; comes back at once. Our own messages are not handed to our own
   * subscriber.
   *
   * @return how many peers it is on its way to; 0 when nobody is there
   * @throws IllegalArgumentException when it has more than {@link #MAX_BYTES}
   */
  int publish(String topic, byte[] data);

  /** The peers connected that have subscribed to a topic. */
  List<Member> members(String topic);

  /** Takes messages. */
  @FunctionalInterface
  interface Subscriber {
    /**
     * A message that its author signed and that was not seen before. Called on a thread of the peer
     * it came by, whose next message waits until the call comes back; calls for several peers run
     * at the same time.
     *
     * @param origin who signed it, and who handed it on
     * @param data what it says
     * @return whether it is handed on
     */
    Verdict received(Origin origin, byte[] data);

    /**
     * How much of a burden a peer is by what it hands on: asked once a second, and part of the
     * score by which peers are kept in the mesh and told of messages.
     *
     * @return 0 when there is nothing to say, less when it is a burden; never above 0
     */
    default double standing(PeerId peer) {
      return 0;
    }
  }

  /**
   * Where a message is from.
   *
   * @param author who signed it; such an identity costs nothing
   * @param via the connected peer that handed it on, as its connection proves: what a message costs
   *     is charged to it
   */
  record Origin(PeerId author, PeerId via) {
    /** Whether the author handed it on itself. */
    public boolean direct() {
      return author.equals(via);
    }
  }

  /** What becomes of a message. */
  enum Verdict {
    /** It goes on to other peers. */
    ACCEPT,
    /** It goes no further; nobody is blamed. */
    IGNORE,
    /**
     * As if it had never come: it goes no further, and the same message is looked at when another
     * peer hands it on. For what a peer sends beyond its share, so that nobody can keep a message
     * of others away by being the first to send it.
     */
    UNHEARD,
    /**
     * It goes no further, and who handed it on has misbehaved: only for what no honest peer hands
     * on. Most peers hand on everything that is signed.
     */
    REJECT
  }

  /**
   * A peer on a topic.
   *
   * @param peer who it is
   * @param protocol what it speaks, for example {@code /meshsub/1.1.0}
   * @param mesh whether messages are exchanged in full with it
   * @param session another number each time messages could not be sent to it for a while
   * @param score how well it behaves: 0 when there is nothing to say, less when it misbehaves
   */
  record Member(PeerId peer, String protocol, boolean mesh, long session, double score) {}
}
