package org.kiln.console;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.anchor.AnchorControl;
import org.kiln.core.anchor.AnchorControl.Wish;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.EventLog.LogStats;
import org.kiln.core.net.PeerScore;
import org.kiln.core.stream.StreamCensus;
import org.kiln.core.stream.StreamStats.Numbers;

/** What the pages on the node, its anchors, its peers and its store show. */
final class NodeRoutes {
  private static final int MAX_WISHES = 50;
  private static final int MAX_PEERS = 500;

  private final Parts parts;
  private final Batches batches = new Batches();

  NodeRoutes(Parts parts) {
    this.parts = parts;
  }

  List<Route> routes() {
    return List.of(
        Route.viewer("/console/api/node", call -> node()),
        Route.viewer("/console/api/anchors", call -> anchors()),
        Route.viewer("/console/api/peers", call -> peers()),
        // what 'kiln peers' asks
        Route.viewer("/admin/peers", call -> peers()),
        Route.viewer("/console/api/store", this::store),
        new Route("/console/system", HttpRoute.Access.OPERATOR, call -> system()));
  }

  private HttpReply node() {
    return Route.json(
        Ipld.map(
            "version", Ipld.of(parts.node().version()),
            "network", Ipld.of(parts.node().network().name()),
            "runId", Ipld.of(parts.node().runId()),
            "startedAt", Ipld.of(parts.node().startedAt()),
            "now", Ipld.of(System.currentTimeMillis()),
            "dataDirectory", Ipld.of(parts.node().dataDirectory().toString()),
            "chains", texts(parts.node().supportedChains()),
            "java", Ipld.of(Runtime.version().toString()),
            "heapMax", Ipld.of(Runtime.getRuntime().maxMemory()),
            "processors", Ipld.of(Runtime.getRuntime().availableProcessors()),
            "system", Route.text(parts.system().address()),
            "disk", disk()));
  }

  private Ipld disk() {
    try {
      FileStore disk = Files.getFileStore(parts.node().dataDirectory());
      return Ipld.map(
          "free", Ipld.of(disk.getUsableSpace()), "total", Ipld.of(disk.getTotalSpace()));
    } catch (IOException e) {
      return Ipld.NULL;
    }
  }

  /** Once it runs, its own servlet answers under this address. */
  private HttpReply system() throws HttpProblem {
    if (parts.system().address().isEmpty()) {
      throw new HttpProblem(404, "not-found", "This node ships without the engineers' console");
    }
    if (!parts.system().start()) {
      throw new HttpProblem(
          503, "part-missing", "The engineers' console does not start; the log says why");
    }
    Map<String, String> headers =
        Map.of("Location", "/console/system/bundles", "Cache-Control", "no-store");
    return HttpReply.of(303, "", List.of()).withHeaders(headers);
  }

  private HttpReply anchors() throws HttpProblem {
    EventLog log = Route.need(parts.log().get(), "event log");
    Optional<AnchorControl> control = parts.anchors().get();
    List<Ipld> wishes = new ArrayList<>();
    control.ifPresent(
        anchoring -> anchoring.wishes(MAX_WISHES).forEach(wish -> wishes.add(describe(wish))));
    return Route.json(
        Ipld.map(
            "present", Ipld.of(control.isPresent()),
            "wishes", new Ipld.List(wishes),
            "mostWishes", Ipld.of(MAX_WISHES),
            "batches", batches.newest(log)));
  }

  private static Ipld describe(Wish wish) {
    return Ipld.map(
        "stream", Ipld.of(wish.stream().toString()),
        "tip", Ipld.of(wish.tip().toString()),
        "requestedAt", Ipld.of(wish.requestedAt()),
        "own", Ipld.of(wish.own()),
        "held", Ipld.of(wish.held()),
        "failure", Route.text(wish.failure()));
  }

  private HttpReply peers() {
    Optional<PeerNetwork> network = parts.network().get();
    if (network.isEmpty()) {
      return Route.json(Ipld.map("on", Ipld.FALSE));
    }
    PeerNetwork peers = network.get();
    List<Ipld> rows = new ArrayList<>();
    peers.peers().stream().limit(MAX_PEERS).forEach(peer -> rows.add(describe(peer)));
    return Route.json(
        Ipld.map(
            "on", Ipld.TRUE,
            "self", Ipld.of(peers.self().toString()),
            "addresses",
                texts(
                    peers.addresses().stream()
                        .map(address -> address.withPeer(peers.self()).toString())
                        .toList()),
            "connected", Ipld.of(peers.peers().size()),
            "peers", new Ipld.List(rows)));
  }

  private Ipld describe(PeerInfo peer) {
    List<Ipld> scores = new ArrayList<>();
    parts.scores().get().stream()
        .sorted(Comparator.comparing(PeerScore::name))
        .forEach(
            judge ->
                judge
                    .score(peer.id())
                    .ifPresent(
                        score ->
                            scores.add(
                                Ipld.map(
                                    "by",
                                    Ipld.of(judge.name()),
                                    "score",
                                    new Ipld.Float64(score)))));
    return Ipld.map(
        "id", Ipld.of(peer.id().toString()),
        "address", Ipld.of(peer.address().toString()),
        "outbound", Ipld.of(peer.outbound()),
        "since", Ipld.of(peer.since().toEpochMilli()),
        "agent", Ipld.of(peer.agent()),
        "muxer", Ipld.of(peer.muxer()),
        "protocols", texts(peer.protocols().stream().sorted().toList()),
        "scores", new Ipld.List(scores));
  }

  private HttpReply store(HttpCall call) throws HttpProblem {
    LogStats log = Route.need(parts.log().get(), "event log").stats();
    Ipld.Map.Builder page =
        Ipld.Map.builder()
            .with("events", Ipld.of(log.events()))
            .with("diskBytes", Ipld.of(log.diskBytes()))
            .with("queued", Ipld.of(log.queued()))
            .with("batches", Ipld.of(log.batches()))
            .with("batchedEvents", Ipld.of(log.batchedEvents()))
            .with("dataDirectory", Ipld.of(parts.node().dataDirectory().toString()))
            .with("disk", disk());
    parts
        .streamStats()
        .get()
        .ifPresent(
            streams -> {
              Numbers stats = streams.stats();
              page.put("cachedStates", Ipld.of(stats.cachedStates()));
              page.put("cachedBytes", Ipld.of(stats.cachedBytes()));
              page.put("waiting", Ipld.of(stats.waiting()));
            });
    // The counting of all states may take a moment, so who only wants the rest need not wait.
    if (call.query("count").isPresent()) {
      parts.census().get().ifPresent(census -> page.put("census", census(census.count())));
    }
    return Route.json(page.build());
  }

  private static Ipld census(StreamCensus.Count count) {
    Ipld.Map.Builder needs = Ipld.Map.builder();
    SortedMap<String, Long> byText = new TreeMap<>();
    count.byNeed().forEach((need, states) -> byText.put(need.text(), states));
    byText.forEach((need, states) -> needs.put(need, Ipld.of(states)));
    return Ipld.map(
        "byNeed", needs.build(),
        "complete", Ipld.of(count.complete()),
        "countedAt", Ipld.of(count.countedAt()));
  }

  private static Ipld texts(List<String> texts) {
    return new Ipld.List(texts.stream().<Ipld>map(Ipld::of).toList());
  }
}
