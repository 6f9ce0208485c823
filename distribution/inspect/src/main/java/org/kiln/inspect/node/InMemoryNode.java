package org.kiln.inspect.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.index.LentCollections;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.log.NodeTables;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.events.EventStore;
import org.kiln.http.v0.LocalCall;
import org.kiln.http.v0.V0Face;
import org.kiln.http.v0.V0Streams;
import org.kiln.inspect.Accounts;
import org.kiln.ipld.Json;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.Streams;
import org.kiln.type.caip10.Caip10LinkType;
import org.kiln.type.instance.InstanceType;
import org.kiln.type.model.ModelType;
import org.kiln.type.tile.TileType;

/**
 * A node of the network {@code inmemory} with the four stream types and the HTTP API v0, wired
 * without a framework. Nothing is anchored. Thread-safe.
 */
public final class InMemoryNode implements AutoCloseable {
  private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(30);
  private static final long CACHE_BYTES = 16L << 20;

  private final EventStore log;
  private final EnvelopeVerifier verifier;
  private final Streams streams;
  private final V0Face face;
  private final RouteFinder routes;

  /**
   * What a request was answered.
   *
   * @param status the HTTP status
   * @param json the body
   */
  public record Answer(int status, byte[] json) {}

  private record Info(long startedAt) implements NodeInfo {
    @Override
    public String version() {
      return "";
    }

    @Override
    public String runId() {
      return "inspect";
    }

    @Override
    public NetworkId network() {
      return NetworkId.INMEMORY;
    }

    @Override
    public Path dataDirectory() {
      throw new UnsupportedOperationException("A node in memory has no directory");
    }

    @Override
    public List<String> supportedChains() {
      return List.of();
    }
  }

  /** Starts a node without streams. */
  public InMemoryNode() {
    Clock clock = Clock.systemUTC();
    ExtensionRegistry extensions = extensions();
    log = EventStore.open(new MemoryStore(NodeTables.ALL));
    verifier = new EnvelopeVerifier(extensions, clock, VerifierSettings.DEFAULT);
    streams =
        new Streams(
            log,
            log,
            log.journal(),
            extensions,
            verifier,
            clock,
            new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, CACHE_BYTES));
    face =
        new V0Face(
            new V0Face.Parts(
                V0Streams.of(streams),
                log,
                verifier,
                extensions,
                new Info(clock.millis()),
                List::of,
                Optional::empty,
                new LentCollections(new OptionalService<>()),
                Optional.empty(),
                Startup.OVER,
                clock),
            new V0Face.Settings(false, Set.of(), Optional.empty(), CACHE_BYTES));
    routes = new RouteFinder(face.routes());
  }

  private static ExtensionRegistry extensions() {
    var builder = Accounts.extensions();
    for (StreamType type :
        List.of(new TileType(), new Caip10LinkType(), new ModelType(), new InstanceType())) {
      builder.add(StreamType.class, Integer.toString(type.typeCode()), type);
    }
    return builder.build();
  }

  /**
   * Sends a request.
   *
   * @param method upper-case
   * @param target path, and query if there is one
   * @param body JSON, or nothing
   */
  public Answer send(String method, String target, byte[] body) {
    try {
      RequestTarget parsed = RequestTarget.parse(target);
      RouteFinder.Found found = routes.find(method, parsed);
      if (body.length > found.route().maxBodyBytes()) {
        throw new HttpProblem(413, "body-too-large", "The body is larger than this route accepts");
      }
      HttpReply reply =
          found
              .route()
              .handle(
                  new LocalCall(
                      method,
                      parsed.path(),
                      found.variables(),
                      parsed.queries(),
                      body,
                      Deadline.in(TIME_TO_ANSWER)));
      return new Answer(reply.status(), bytes(reply));
    } catch (HttpProblem e) {
      Ipld.Map problem = Ipld.map("error", Ipld.of(e.getMessage()), "code", Ipld.of(e.code()));
      for (Map.Entry<String, String> detail : e.details().entrySet()) {
        problem = problem.with(detail.getKey(), Ipld.of(detail.getValue()));
      }
      return new Answer(e.status(), Json.write(problem));
    }
  }

  private static byte[] bytes(HttpReply reply) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (reply) {
      case HttpReply.Body ready -> ready.parts().forEach(out::writeBytes);
      case HttpReply.Streamed streamed -> {
        try {
          streamed.writer().write(out);
        } catch (IOException e) {
          throw new IllegalStateException("Memory refused a write", e);
        }
      }
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    face.close();
    streams.close();
    verifier.close();
    log.close();
  }
}
