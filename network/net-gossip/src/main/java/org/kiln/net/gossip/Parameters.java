package org.kiln.net.gossip;

/**
 * Numbers of the router; times in milliseconds. Those of go-libp2p, which all peers on Ceramic's
 * topics reckon with, and for scores those of js-libp2p.
 *
 * @param d peers wanted in a mesh
 * @param dLow below that more are grafted
 * @param dHigh above that some are pruned
 * @param dScore of those kept when pruning, how many are the best by score
 * @param dOut peers in a mesh that we dialled, at least
 * @param dLazy peers that are told of messages each heartbeat, at least
 * @param gossipFactor share of the other peers that is told
 * @param historyLength heartbeats a message can be asked for
 * @param historyGossip heartbeats a message is told of
 * @param heartbeatMs between heartbeats
 * @param fanoutTtlMs how long peers of a topic we only publish to are remembered
 * @param pruneBackoffMs how long a pruned peer is not grafted
 * @param unsubscribeBackoffMs the same after we left a topic
 * @param graftFloodMs a graft sooner than that after a prune counts twice
 * @param maxIhaveIds ids asked for of one peer in a heartbeat
 * @param maxIhaveMessages IHAVEs heeded of one peer in a heartbeat
 * @param retransmissions answers to one peer asking for one message
 * @param iwantFollowupMs until a message that was asked for must have come
 * @param opportunisticTicks heartbeats between looks for better peers
 * @param seenTtlMs how long ids are remembered after they were last seen
 * @param seenIds how many are remembered
 * @param cacheBytes bytes of messages that can be asked for
 * @param floodPublish whether our own messages go to all subscribers, not the mesh alone
 */
record Parameters(
    int d,
    int dLow,
    int dHigh,
    int dScore,
    int dOut,
    int dLazy,
    double gossipFactor,
    int historyLength,
    int historyGossip,
    long heartbeatMs,
    long fanoutTtlMs,
    long pruneBackoffMs,
    long unsubscribeBackoffMs,
    long graftFloodMs,
    int maxIhaveIds,
    int maxIhaveMessages,
    int retransmissions,
    long iwantFollowupMs,
    int opportunisticTicks,
    long seenTtlMs,
    int seenIds,
    int cacheBytes,
    boolean floodPublish) {
  /** The defaults; ids are remembered for as long as js-ceramic has its Kubo do. */
  static final Parameters DEFAULT =
      new Parameters(
          6, 5, 12, 4, 2, 6, 0.25, 5, 3, 1_000, 60_000, 60_000, 10_000, 10_000, 5_000, 10, 3, 3_000,
          60, 600_000, 100_000, 16 << 20, true);

  /** Slack before a peer is grafted again: its clock and ours differ. */
  static final long BACKOFF_SLACK_MS = 1_000;

  /** The longest back-off that is honoured. */
  static final long MAX_BACKOFF_MS = 3_600_000;

  /** Below that a peer is neither told of messages nor heeded when it tells. */
  static final double GOSSIP_THRESHOLD = -10;

  /** Below that our own messages do not go to a peer. */
  static final double PUBLISH_THRESHOLD = -50;

  /** Below that everything a peer says is ignored. */
  static final double GRAYLIST_THRESHOLD = -80;

  /** When the median score in a mesh is below that, better peers are looked for. */
  static final double OPPORTUNISTIC_THRESHOLD = 20;

  /** How many are grafted then. */
  static final int OPPORTUNISTIC_PEERS = 2;

  /** These without flood publishing. */
  Parameters meshOnly() {
    return new Parameters(
        d,
        dLow,
        dHigh,
        dScore,
        dOut,
        dLazy,
        gossipFactor,
        historyLength,
        historyGossip,
        heartbeatMs,
        fanoutTtlMs,
        pruneBackoffMs,
        unsubscribeBackoffMs,
        graftFloodMs,
        maxIhaveIds,
        maxIhaveMessages,
        retransmissions,
        iwantFollowupMs,
        opportunisticTicks,
        seenTtlMs,
        seenIds,
        cacheBytes,
        false);
  }
}
