package org.kiln.http.one;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.feed.Feed;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.Interests;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamWrites;

/** The face as a whole: wires its routes. */
public final class OneFace implements Metrics, AutoCloseable {
  /** Proxies cut connections on which nothing comes for a minute. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

  private final List<HttpRoute> routes = new ArrayList<>();
  private final List<HttpRoute> kubo;
  private final EventDoor door;
  private final FeedRoutes feed;
  private final OneCounts counts;

  /**
   * The parts of the node it stands on.
   *
   * @param reads states of streams
   * @param writes the door for clients' events
   * @param arrivals the door for what that one refuses only for its place
   * @param log where events are read
   * @param feed events as they became deliverable
   * @param verifier holds signers against controllers
   * @param interests what is wanted of other nodes' events
   * @param node what the node knows of itself
   * @param network its peers, when it has any
   */
  public record Parts(
      StreamReads reads,
      StreamWrites writes,
      StreamArrivals arrivals,
      EventLog log,
      Feed feed,
      SignatureVerifier verifier,
      Interests interests,
      NodeInfo node,
      Supplier<Optional<PeerNetwork>> network) {}

  /**
   * What it takes.
   *
   * @param readOnly nothing can be written
   * @param keepInvalid what does not fit its model is taken as well, as ceramic-one does
   */
  public record Writes(boolean readOnly, boolean keepInvalid) {}

  /** The face over those parts. */
  public OneFace(Parts parts, Writes taken) {
    boolean readOnly = taken.readOnly();
    EventTexts texts = new EventTexts(parts.log());
    Peers peers = new Peers(parts.network());
    door =
        new EventDoor(
            parts.writes(),
            parts.arrivals(),
            parts.log(),
            parts.verifier(),
            parts.node().supportedChains(),
            taken.keepInvalid());
    feed = new FeedRoutes(parts.feed(), texts, KEEP_ALIVE);
    routes.addAll(new NodeRoutes(parts.node()).endpoints());
    routes.addAll(new EventRoutes(door, parts.log(), texts, readOnly).endpoints());
    routes.addAll(new StreamRoutes(parts.reads(), parts.log()).endpoints());
    routes.addAll(feed.endpoints());
    routes.addAll(
        new InterestRoutes(parts.interests(), peers, parts.node().network(), readOnly).endpoints());
    routes.addAll(new RangeRoutes(parts.log(), texts, parts.node().network()).endpoints());
    routes.addAll(peers.endpoints());
    kubo = new KuboRoutes(parts.log(), parts.node(), peers, parts.network()).endpoints();
    counts = new OneCounts(parts.node());
  }

  /** What it serves below {@code /ceramic}. */
  public List<HttpRoute> routes() {
    return routes.stream().map(counts::counted).toList();
  }

  /** The Kubo subset, below {@code /api/v0}: only where no other API is there. */
  public List<HttpRoute> kuboRoutes() {
    return kubo.stream().map(counts::counted).toList();
  }

  @Override
  public List<Sample> samples() {
    List<Sample> samples = new ArrayList<>(counts.samples());
    samples.add(
        Sample.counter(
            "kiln_one_events_total",
            "Events written over /ceramic that became the tip of their stream or were it.",
            door.taken.sum()));
    samples.add(
        Sample.counter(
            "kiln_one_events_beside_total",
            "Events written over /ceramic that stand beside the tip or wait for their model.",
            door.takenBeside.sum()));
    samples.add(
        Sample.counter(
            "kiln_one_events_refused_total",
            "Events written over /ceramic that were refused.",
            door.refused.sum()));
    return samples;
  }

  /** Ends answers that have no end by themselves; to be called before the routes are let go. */
  @Override
  public void close() {
    feed.close();
  }
}
