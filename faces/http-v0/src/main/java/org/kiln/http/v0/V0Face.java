package org.kiln.http.v0;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.kiln.api.feed.Feed;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.index.CollectionService;
import org.kiln.core.index.LentCollections;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.log.EventLog;
import org.kiln.core.node.NodeControl;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.core.node.StatusSection;
import org.kiln.core.stream.StateJson;
import org.kiln.core.stream.StreamFace;
import org.kiln.core.stream.StreamService;
import org.kiln.core.stream.SyncOption;

/** The face as a whole: wires its routes. */
public final class V0Face implements StreamFace.Before {
  private final List<HttpRoute> routes = new ArrayList<>();
  private final StateTexts texts;
  private final FeedRoutes feeds;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("kiln-multiquery-", 0).factory());

  /**
   * What can be set.
   *
   * @param readOnly nothing can be written, except that streams are created unannounced
   * @param admins the DIDs that may use the admin routes
   * @param syncOverride a sync option that counts more than what clients ask for
   * @param stateCacheBytes bound of the states kept as text, in bytes
   */
  public record Settings(
      boolean readOnly,
      Set<String> admins,
      Optional<SyncOption> syncOverride,
      long stateCacheBytes) {}

  /**
   * The parts of the node it stands on.
   *
   * @param streams loads and writes
   * @param log where blocks are found that a client leaves out
   * @param verifier checks admin requests
   * @param extensions names stream types
   * @param node what the node knows of itself
   * @param sections what other parts add to the status
   * @param control stops the node; may be absent
   * @param collections documents by model
   * @param feed changes of streams; a node has one
   * @param startup whether all of it is there
   * @param clock for codes and uptime
   */
  public record Parts(
      V0Streams streams,
      EventLog log,
      SignatureVerifier verifier,
      ExtensionRegistry extensions,
      NodeInfo node,
      Supplier<List<StatusSection>> sections,
      Supplier<Optional<NodeControl>> control,
      CollectionService collections,
      Optional<Feed> feed,
      Startup startup,
      InstantSource clock) {
    /** The same before other streams: without what would change the node or tell of it. */
    public Parts before(StreamService otherStreams, EventLog otherLog) {
      return new Parts(
          V0Streams.of(otherStreams),
          otherLog,
          verifier,
          extensions,
          node,
          List::of,
          Optional::empty,
          new LentCollections(new OptionalService<>()),
          Optional.empty(),
          startup,
          clock);
    }
  }

  /** The face over those parts. */
  public V0Face(Parts parts, Settings settings) {
    boolean readOnly = settings.readOnly();
    AnswerRoom room = AnswerRoom.ofHeap();
    this.texts =
        new StateTexts(
            new StateWriter(new Doctypes(parts.extensions())), room, settings.stateCacheBytes());
    Options options = new Options(readOnly, settings.syncOverride());
    Commits commits = new Commits(parts.log());
    V0Streams streams = parts.streams().withFinalModels();
    AdminGate gate =
        new AdminGate(parts.verifier(), new AdminCodes(parts.clock()), settings.admins());
    NodeStatus status = new NodeStatus(parts.node(), parts.sections(), parts.clock());
    QueryRunner runner = new QueryRunner(streams, commits, readOnly);
    routes.addAll(new StreamRoutes(streams, commits, texts, room, options).endpoints(readOnly));
    routes.addAll(new CommitRoutes(streams, commits, texts, room, options).endpoints(readOnly));
    routes.addAll(new MultiQueryRoute(runner, texts, room, options, threads).endpoints());
    routes.addAll(
        new NodeRoutes(parts.node(), streams.pins(), parts.startup(), readOnly).endpoints());
    routes.addAll(LegacyPinRoutes.endpoints());
    routes.addAll(
        new AdminRoutes(gate, streams.pins(), room, status, parts.control()).endpoints(readOnly));
    routes.addAll(
        new CollectionRoutes(parts.collections(), streams.reads(), texts, room).endpoints());
    feeds = new FeedRoutes(parts.feed(), streams.reads(), room, FeedListener.Times.DEFAULT);
    routes.addAll(feeds.endpoints());
    routes.addAll(new ModelRoutes(gate, parts.collections()).endpoints());
    ApiDocument document = new ApiDocument(routes, parts.node().version());
    routes.add(Endpoint.get("/openapi.json", document::reply));
    routes.add(Endpoint.get("/docs", document::page));
  }

  @Override
  public List<HttpRoute> routes() {
    return List.copyOf(routes);
  }

  /** The JSON form of states, for other faces. */
  public StateJson stateJson() {
    return texts;
  }

  /** Ends answers that have no end by themselves; to be called before the routes are let go. */
  public void leave() {
    feeds.close();
  }

  @Override
  public void close() {
    leave();
    threads.shutdown();
  }
}
