package org.kiln.net.recon;

import java.time.Duration;
import java.util.Set;
import org.kiln.api.net.PeerId;
import org.kiln.net.recon.talk.TalkLimits;

/**
 * How the node talks.
 *
 * @param interval from the end of a conversation about a space to the next one with the same peer
 * @param longest the same after many failures
 * @param idle the same when nothing comes of conversations, at most
 * @param unasked how long a peer that has dialled us may stay silent before we begin
 * @param inbound conversations of others at a time
 * @param blocked peers nothing is said to
 * @param limits of one conversation
 */
public record ReconSettings(
    Duration interval,
    Duration longest,
    Duration idle,
    Duration unasked,
    int inbound,
    Set<PeerId> blocked,
    TalkLimits limits) {
  /** As ceramic-one does. */
  public static final ReconSettings USUAL =
      new ReconSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(600),
          Duration.ofSeconds(15),
          Duration.ofSeconds(20),
          64,
          Set.of(),
          TalkLimits.USUAL);

  /** The same without those peers. */
  public ReconSettings blocking(Set<PeerId> peers) {
    return new ReconSettings(interval, longest, idle, unasked, inbound, Set.copyOf(peers), limits);
  }

  /** The same at another pace. */
  public ReconSettings every(Duration pace) {
    return new ReconSettings(pace, longest, idle, unasked, inbound, blocked, limits);
  }
}
