package org.kiln.http.v0;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StreamService;
import org.kiln.ipld.CodecException;
import org.kiln.ipld.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays recorded client sessions through the face's own code right after the start, on streams that
 * exist in memory only. The Java compiler learns from running code; without this the first clients of
 * a fresh node would be its teachers, at a third of its speed. Stops after a time or a number of rounds.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final int MAX_ROUNDS = 1500;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final V0Face.Parts parts;
  private final ScratchStreams scratch;
  private final List<Request> requests;
  private volatile boolean stopped;

  private record Request(String method, String pattern, String stream, byte[] body) {}

  /** A rehearsal of the face over those parts, but with streams from the scratchpad. */
  public Rehearsal(V0Face.Parts parts, ScratchStreams scratch) {
    this.parts = parts;
    this.scratch = scratch;
    this.requests = recorded();
  }

  /**
   * Plays until the time is over.
   *
   * @return how many requests were answered; as many as were made unless something is missing
   */
  public long run(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    long[] answered = {0};
    for (int i = 0; i < MAX_ROUNDS && !stopped && System.nanoTime() < until; i++) {
      scratch.use((streams, log) -> answered[0] += round(streams, log));
    }
    LOG.debug("Rehearsed {} requests", answered[0]);
    return answered[0];
  }

  /** How many requests one round has. */
  public int size() {
    return requests.size();
  }

  /** Ends it with the request under way. */
  public void stop() {
    stopped = true;
  }

  private long round(StreamService streams, EventLog log) {
    V0Face.Parts inMemory =
        new V0Face.Parts(
            streams,
            log,
            parts.verifier(),
            parts.extensions(),
            parts.node(),
            List::of,
            Optional::empty,
            parts.clock());
    V0Face.Settings settings = new V0Face.Settings(false, Set.of(), Optional.empty(), 1 << 20);
    try (V0Face face = new V0Face(inMemory, settings)) {
      return requests.stream().filter(request -> answers(face, request)).count();
    }
  }

  private boolean answers(V0Face face, Request request) {
    for (HttpRoute route : face.routes()) {
      if (route.pattern().equals(request.pattern()) && route.methods().contains(request.method())) {
        try {
          return route.handle(new Call(request, Deadline.in(PATIENCE))).status() == 200;
        } catch (HttpProblem e) {
          // A stream type or DID method is not installed: then its code is not rehearsed.
          LOG.debug("Rehearsed {} {}: {}", request.method(), request.pattern(), e.getMessage());
        }
      }
    }
    return false;
  }

  private static List<Request> recorded() {
    try (InputStream in = Rehearsal.class.getResourceAsStream("rehearsal.json")) {
      List<Request> requests = new ArrayList<>();
      for (Ipld item : ((Ipld.List) Json.parse(in.readAllBytes())).items()) {
        Ipld.Map request = (Ipld.Map) item;
        requests.add(
            new Request(
                request.text("method").orElseThrow(),
                request.text("pattern").orElseThrow(),
                request.text("streamid").orElse(""),
                request.text("body").orElse("").getBytes(StandardCharsets.UTF_8)));
      }
      return List.copyOf(requests);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CodecException e) {
      throw new IllegalStateException("The recorded sessions cannot be read", e);
    }
  }

  /** A request that comes from nobody. */
  private record Call(Request request, Deadline deadline) implements HttpCall {
    @Override
    public String method() {
      return request.method();
    }

    @Override
    public String path() {
      return request.pattern().replace("{streamid}", request.stream());
    }

    @Override
    public String variable(String name) {
      return request.stream();
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> queries() {
      return Map.of();
    }

    @Override
    public Optional<String> header(String name) {
      return name.equalsIgnoreCase("content-type")
          ? Optional.of("application/json")
          : Optional.empty();
    }

    @Override
    public byte[] body() {
      return request.body();
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }
  }
}
