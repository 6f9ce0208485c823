package org.kiln.net.recon.operator;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;
import org.kiln.ipld.Json;
import org.kiln.net.recon.BlockedPeers;
import org.kiln.net.recon.Recon;
import org.kiln.net.recon.kept.ReconTable;

/**
 * What {@code kiln peers} and the console ask: {@code GET /admin/recon} tells how it stands with
 * each peer; {@code PUT} and {@code DELETE /admin/recon/blocked/{peer}} block one and let it be;
 * {@code DELETE /admin/recon/interests/{model}} drops what clients have asked for of a model.
 */
public final class ReconRoutes {
  private final Recon recon;
  private final BlockedPeers blocked;
  private final ReconTable table;
  private final Wanted wanted;

  /** What the node wants. */
  public interface Wanted {
    /** Models by the settings, by their ids, or {@code all}. */
    List<String> fixed();

    /** By its clients; empty while nobody keeps that. */
    Optional<Interests> asked();
  }

  /** The routes over Recon at work. */
  public ReconRoutes(Recon recon, BlockedPeers blocked, ReconTable table, Wanted wanted) {
    this.recon = recon;
    this.blocked = blocked;
    this.table = table;
    this.wanted = wanted;
  }

  /** The routes to register. */
  public List<HttpRoute> routes() {
    return List.of(
        new Route("/admin/recon", "GET", HttpRoute.Access.VIEWER, call -> overview()),
        new Route(
            "/admin/recon/blocked/{peer}", "PUT", HttpRoute.Access.OPERATOR, call -> block(call)),
        new Route(
            "/admin/recon/blocked/{peer}",
            "DELETE",
            HttpRoute.Access.OPERATOR,
            call -> unblock(call)),
        new Route(
            "/admin/recon/interests/{model}",
            "DELETE",
            HttpRoute.Access.OPERATOR,
            call -> forget(call)));
  }

  private HttpReply overview() {
    return json(
        Ipld.map(
            "interests",
            new Ipld.List(InterestTexts.of(wanted.fixed(), wanted.asked())),
            "blocked",
            new Ipld.List(
                blocked.all().stream()
                    .sorted((a, b) -> a.toString().compareTo(b.toString()))
                    .<Ipld>map(
                        peer ->
                            Ipld.map(
                                "peer",
                                Ipld.of(peer.toString()),
                                "setting",
                                Ipld.of(blocked.isSetting(peer))))
                    .toList()),
            "peers",
            new Ipld.List(
                recon.standings().reversed().stream()
                    .limit(MOST_SHOWN)
                    .map(StandingTexts::of)
                    .toList())));
  }

  /** Of some 500 bytes each. */
  private static final int MOST_SHOWN = 1_000;

  private HttpReply block(HttpCall call) throws HttpProblem {
    PeerId peer = peer(call);
    keep(peer, true, call);
    recon.block(peer);
    return said("Nothing is said to peer " + peer + " any more, over restarts too.");
  }

  private HttpReply unblock(HttpCall call) throws HttpProblem {
    PeerId peer = peer(call);
    if (blocked.isSetting(peer)) {
      throw new HttpProblem(
          409,
          "is-setting",
          "Peer " + peer + " is blocked by the setting recon.blocked-peers; take it out there");
    }
    keep(peer, false, call);
    return said(
        recon.unblock(peer)
            ? "Peer " + peer + " is talked to again."
            : "Peer " + peer + " is not blocked.");
  }

  private void keep(PeerId peer, boolean isBlocked, HttpCall call) throws HttpProblem {
    try {
      table.block(peer, isBlocked, call.deadline());
    } catch (LogBusyException e) {
      throw new HttpProblem(503, "busy", e.getMessage());
    }
  }

  private static PeerId peer(HttpCall call) throws HttpProblem {
    try {
      return PeerId.parse(call.variable("peer"));
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid-peer", "No peer id: " + e.getMessage());
    }
  }

  private HttpReply forget(HttpCall call) throws HttpProblem {
    StreamId model;
    try {
      model = StreamId.parse(call.variable("model"));
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid-model", "No model: " + e.getMessage());
    }
    if (wanted.fixed().contains(model.toString())) {
      throw new HttpProblem(
          409,
          "is-setting",
          "Model " + model + " is wanted by the setting recon.interests; take it out there");
    }
    Interests asked =
        wanted
            .asked()
            .orElseThrow(
                () -> new HttpProblem(503, "part-missing", "Interests are not kept just now"));
    int dropped = 0;
    try {
      for (Interest interest : asked.all()) {
        if (interest.separator().equals(Interest.MODEL)
            && interest.value().equals(Ipld.Bytes.wrap(model.bytes()))) {
          asked.remove(interest, call.deadline());
          dropped++;
        }
      }
    } catch (LogBusyException e) {
      throw new HttpProblem(503, "busy", e.getMessage());
    }
    return said(
        dropped == 0
            ? "Nobody has asked for model " + model + "."
            : "Model " + model + " is not asked for any more; what has come of it stays.");
  }

  private static HttpReply said(String message) {
    return json(Ipld.map("message", Ipld.of(message)));
  }

  private static HttpReply json(Ipld value) {
    return HttpReply.of(200, HttpReply.JSON, List.of(Json.write(value)));
  }

  /** What a route does. */
  @FunctionalInterface
  private interface Answer {
    HttpReply to(HttpCall call) throws HttpProblem;
  }

  private record Route(String pattern, String method, Access access, Answer answer)
      implements HttpRoute {
    @Override
    public Set<String> methods() {
      return Set.of(method);
    }

    @Override
    public int maxBodyBytes() {
      return 0;
    }

    @Override
    public HttpReply handle(HttpCall call) throws HttpProblem {
      return answer.to(call);
    }
  }
}
