package org.kiln.anchor.service;

import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.anchor.TimestampDesk.Answer;
import org.kiln.core.anchor.TimestampDesk.Ticket;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.LogBusyException;
import org.kiln.ipld.Json;

/** The routes of the service. Thread-safe. */
public final class ServiceRoutes {
  private static final int RETRY_SECONDS = 2;

  /** Chains of this namespace are other anchor services. */
  private static final String RELAY = "cas:";

  private final TimestampDesk desk;
  private final ClientGate gate;
  private final List<String> networkChains;

  /**
   * The service over a desk.
   *
   * @param clients DIDs that may use it; {@code *} for any that signs, {@code anonymous} for
   *     anybody
   * @param publicUrl what clients call this node, when that is not what stands in their Host header
   * @param networkChains chains of the network, told to clients when this node hands requests on to
   *     another service, whose chain it does not know
   */
  public ServiceRoutes(
      TimestampDesk desk,
      SignatureVerifier verifier,
      Set<String> clients,
      Optional<String> publicUrl,
      List<String> networkChains) {
    this.networkChains = List.copyOf(networkChains);
    this.desk = desk;
    this.gate = new ClientGate(verifier, clients, publicUrl);
  }

  /** All of them. */
  public List<HttpRoute> all() {
    return List.of(
        new Route("/api/v0/requests", "POST", this::create),
        new Route("/api/v0/requests/{cid}", "GET", this::status),
        new Route("/api/v0/service-info/supported_chains", "GET", this::chains));
  }

  private HttpReply create(HttpCall call) throws HttpProblem {
    AnchorRequest request = AnchorRequest.of(call);
    String client = gate.pass(call, Optional.of(request.digest()));
    if (desk.chain().isEmpty()) {
      throw new HttpProblem(503, "anchoring-off", "This node does not anchor");
    }
    try {
      Answer answer = desk.request(client, request.stream(), request.tip(), call.deadline());
      return json(answer.created() ? 201 : 202, ticket(answer.ticket()));
    } catch (LogBusyException e) {
      throw new HttpProblem(
          503, "busy", e.getMessage(), Retry.after(Duration.ofSeconds(RETRY_SECONDS)), Map.of());
    }
  }

  private HttpReply status(HttpCall call) throws HttpProblem {
    String client = gate.pass(call, Optional.empty());
    Cid tip;
    try {
      tip = Cid.parse(call.variable("cid"));
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "invalid-cid", e.getMessage());
    }
    Ticket ticket =
        desk.ticket(client, tip)
            .orElseThrow(
                () ->
                    new HttpProblem(
                        404, "unknown-request", "Request does not exist for cid " + tip));
    return json(200, ticket(ticket));
  }

  private HttpReply chains(HttpCall call) {
    List<String> told =
        desk.chain().filter(chain -> chain.startsWith(RELAY)).isPresent()
            ? networkChains
            : desk.chain().stream().toList();
    List<Ipld> chains = told.stream().<Ipld>map(Ipld::of).toList();
    return json(200, Ipld.map("supportedChains", new Ipld.List(chains)));
  }

  private static Ipld.Map ticket(Ticket ticket) {
    Map<String, Ipld> map = new LinkedHashMap<>();
    map.put("id", Ipld.of(ticket.id()));
    map.put("status", Ipld.of(ticket.status().name()));
    map.put("cid", Ipld.of(ticket.tip().toString()));
    map.put("streamId", Ipld.of(ticket.stream().toString()));
    map.put("message", Ipld.of(ticket.message()));
    map.put("createdAt", Ipld.of(ticket.createdAt()));
    map.put("updatedAt", Ipld.of(ticket.updatedAt()));
    ticket
        .timeEvent()
        .ifPresent(cid -> map.put("anchorCommit", Ipld.map("cid", Ipld.of(cid.toString()))));
    ticket
        .witnessCar()
        .ifPresent(
            car ->
                map.put(
                    "witnessCar",
                    Ipld.of(Base64.getEncoder().withoutPadding().encodeToString(car))));
    return new Ipld.Map(map);
  }

  private static HttpReply json(int status, Ipld value) {
    return HttpReply.of(status, HttpReply.JSON, List.of(Json.write(value)));
  }

  private interface Handler {
    HttpReply handle(HttpCall call) throws HttpProblem;
  }

  /** The gateway lets anybody in: who may use the service is the service's own business. */
  private record Route(String pattern, String method, Handler handler) implements HttpRoute {
    @Override
    public Set<String> methods() {
      return Set.of(method);
    }

    @Override
    public Access access() {
      return Access.PUBLIC;
    }

    @Override
    public HttpReply handle(HttpCall call) throws HttpProblem {
      return handler.handle(call);
    }
  }
}
