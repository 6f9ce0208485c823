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
     * it came from, whose next message waits until the call comes back; calls for several peers run
     * at the same time.
     *
     * @param author who signed it
     * @param data what it says
     * @return whether it is handed on
     */
    Verdict received(PeerId author, byte[] data);
  }

  /** What becomes of a message. */
  enum Verdict {
    /** It goes on to other peers. */
    ACCEPT,
    /** It goes no further; nobody is blamed. */
    IGNORE,
    /** It goes no further, and who sent it has misbehaved. */
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
