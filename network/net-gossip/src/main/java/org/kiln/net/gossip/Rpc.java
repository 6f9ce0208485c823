package org.kiln.net.gossip;

import java.util.List;

/**
 * One frame of a peer. Message ids are texts of which each character is a byte.
 *
 * @param subscriptions topics it has come to or left
 * @param messages messages
 * @param haves ids of messages it has
 * @param wants ids of messages it wants
 * @param grafts topics on which it wants us in its mesh
 * @param prunes topics on which we are out of it
 */
record Rpc(
    List<Subscription> subscriptions,
    List<Message> messages,
    List<Have> haves,
    List<String> wants,
    List<String> grafts,
    List<Prune> prunes) {

  /** A topic subscribed to or left. */
  record Subscription(String topic, boolean subscribed) {}

  /** Ids of messages on a topic. */
  record Have(String topic, List<String> ids) {}

  /**
   * Out of a mesh.
   *
   * @param backoffSeconds how long we are not to ask again; 0 when it does not say
   */
  record Prune(String topic, long backoffSeconds) {}
}
