package org.kiln.net.recon.operator;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.net.recon.PeerStanding;
import org.kiln.net.recon.talk.Talk;

/** How it stands with a peer, as JSON has it. */
final class StandingTexts {
  private StandingTexts() {}

  static Ipld of(PeerStanding standing) {
    Optional<Talk> last = standing.last();
    return Ipld.map(
        "peer", Ipld.of(standing.peer().toString()),
        "about", Ipld.of(standing.protocol().endsWith("/peer") ? "peers" : "events"),
        "state", Ipld.of(state(standing)),
        "common", Ipld.of(last.map(Talk::common).orElse(0)),
        "secondsAgo", Ipld.of(standing.ago().toSeconds()),
        "keysIn", Ipld.of(last.map(talk -> talk.taken().fresh()).orElse(0)),
        "keysBad", Ipld.of(last.map(talk -> talk.taken().bad()).orElse(0)),
        "keysOut", Ipld.of(last.map(Talk::sent).orElse(0L)),
        "failures", Ipld.of(standing.failures()),
        "restSeconds", Ipld.of(standing.rest().toSeconds()),
        "complaint", standing.complaint().<Ipld>map(Ipld::of).orElse(Ipld.NULL));
  }

  /** One word of: in-sync, differs, nothing-shared, failed. */
  private static String state(PeerStanding standing) {
    if (standing.last().isEmpty()) {
      return "failed";
    }
    if (standing.inSync()) {
      return "in-sync";
    }
    return standing.last().get().common() == 0 ? "nothing-shared" : "differs";
  }
}
