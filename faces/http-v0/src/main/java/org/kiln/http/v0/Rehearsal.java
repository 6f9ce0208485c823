package org.kiln.http.v0;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StreamService;
import org.kiln.http.v0.Stage.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays clients' sessions through the whole node right after the start, on a store that is thrown
 * away. The Java compiler learns from running code; without this the first clients of a fresh node
 * would be its teachers, at a third of its speed. Stops after a time.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  /** As many as make the log's writer put events together. */
  private static final int ACTORS = 8;

  private final V0Face.Parts parts;
  private final ScratchStreams scratch;
  private final Stage.Builder stages;
  private final RehearsalScript script = new RehearsalScript();
  private volatile boolean stopped;

  /** A rehearsal without connections: routes are called as they are. */
  public Rehearsal(V0Face.Parts parts, ScratchStreams scratch) {
    this(parts, scratch, Stage::direct);
  }

  /** A rehearsal of the face over those parts, but with streams from the scratchpad. */
  public Rehearsal(V0Face.Parts parts, ScratchStreams scratch, Stage.Builder stages) {
    this.parts = parts;
    this.scratch = scratch;
    this.stages = stages;
  }

  /** What came of it: requests that were answered with 200, and others. */
  public record Outcome(long answered, long failed) {}

  /** Plays until the time is over, and at least one session unless it is stopped. */
  public Outcome run(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    LongAdder answered = new LongAdder();
    LongAdder failed = new LongAdder();
    do {
      scratch.use((streams, log) -> play(streams, log, until, answered, failed));
    } while (!stopped && System.nanoTime() < until && failed.sum() == 0);
    Outcome outcome = new Outcome(answered.sum(), failed.sum());
    LOG.debug("Rehearsed: {}", outcome);
    return outcome;
  }

  /** Ends it with the requests under way. */
  public void stop() {
    stopped = true;
  }

  /** Whether it was ended. */
  public boolean stopped() {
    return stopped;
  }

  private void play(
      StreamService streams, EventLog log, long until, LongAdder answered, LongAdder failed) {
    V0Face.Parts onScratch =
        new V0Face.Parts(
            streams,
            log,
            parts.verifier(),
            parts.extensions(),
            parts.node(),
            List::of,
            Optional::empty,
            parts.startup(),
            parts.clock());
    V0Face.Settings settings = new V0Face.Settings(false, Set.of(), Optional.empty(), 1 << 20);
    try (V0Face face = new V0Face(onScratch, settings);
        Stage stage = stages.build(face.routes())) {
      try (Stage.Actor actor = stage.actor()) {
        count(actor, script.prelude(), answered, failed);
      }
      AtomicInteger next = new AtomicInteger();
      List<Thread> actors = new ArrayList<>();
      for (int i = 0; i < ACTORS; i++) {
        actors.add(
            Thread.ofPlatform()
                .name("kiln-rehearsal-" + i)
                .daemon()
                .start(() -> act(stage, next, until, answered, failed)));
      }
      for (Thread thread : actors) {
        thread.join();
      }
    } catch (IOException e) {
      LOG.debug("The rehearsal ends: {}", e.toString());
      failed.increment();
    } catch (InterruptedException e) {
      stopped = true;
      Thread.currentThread().interrupt();
    }
  }

  private void act(
      Stage stage, AtomicInteger next, long until, LongAdder answered, LongAdder failed) {
    try (Stage.Actor actor = stage.actor()) {
      int session = next.getAndIncrement();
      while (session < RehearsalScript.SESSIONS && !stopped) {
        for (Request request : script.session(session)) {
          count(actor, request, answered, failed);
        }
        if (System.nanoTime() >= until) {
          return;
        }
        session = next.getAndIncrement();
      }
    } catch (IOException e) {
      LOG.debug("An actor leaves: {}", e.toString());
      failed.increment();
    }
  }

  private static void count(
      Stage.Actor actor, Request request, LongAdder answered, LongAdder failed) throws IOException {
    int status = actor.request(request);
    if (status == 200) {
      answered.increment();
    } else {
      // A stream type or DID method is not installed: then its code is not rehearsed.
      LOG.debug("Rehearsed {} {}: {}", request.method(), request.path(), status);
      failed.increment();
    }
  }
}
