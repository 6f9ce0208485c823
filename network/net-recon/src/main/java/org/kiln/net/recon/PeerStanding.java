package org.kiln.net.recon;

import java.time.Duration;
import java.util.Optional;
import org.kiln.api.net.PeerId;
import org.kiln.net.recon.talk.Talk;

/**
 * How it stands with a peer in one space, for operators.
 *
 * @param protocol the space's
 * @param last what came of the last conversation; empty when it failed
 * @param ago since that has ended
 * @param failures in a row
 * @param rest until the peer is talked to again after them
 * @param complaint why the last one failed, or a value of it was refused
 */
public record PeerStanding(
    PeerId peer,
    String protocol,
    Optional<Talk> last,
    Duration ago,
    int failures,
    Duration rest,
    Optional<String> complaint) {
  /** Whether both had the same, of what both want. */
  public boolean inSync() {
    return last.filter(talk -> talk.same() && talk.common() > 0).isPresent();
  }
}
