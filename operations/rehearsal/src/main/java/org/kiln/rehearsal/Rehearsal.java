package org.kiln.rehearsal;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.ScratchStreams;
import org.kiln.core.stream.StreamFace;
import org.kiln.core.stream.StreamService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays clients' sessions through a scratch node of this process's own code. The Java compiler
 * learns from running code; without this the first clients of a fresh node would be its teachers.
 * One run at a time; it may be stopped from any thread.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  /** As many as make the log's writer put events together. */
  private static final int ACTORS = 8;

  private final ScratchStreams scratch;
  private final StreamFace face;
  private final Stage stage;
  private final Script script = new Script();
  private final Set<Actor> acting = ConcurrentHashMap.newKeySet();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile boolean stopped;

  /** With that face before scratch streams, on that stage. */
  public Rehearsal(ScratchStreams scratch, StreamFace face, Stage stage) {
    this.scratch = scratch;
    this.face = face;
    this.stage = stage;
  }

  /** What came of it: requests that were answered with 200, and others. */
  public record Outcome(long answered, long failed) {}

  /** Plays until the time is over, and at least one session unless it is stopped. */
  public Outcome run(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (!stopped) {
      scratch.use((streams, log) -> play(streams, log, until));
      if (System.nanoTime() >= until || failed.sum() > 0) {
        break;
      }
    }
    Outcome outcome = new Outcome(answered.sum(), failed.sum());
    LOG.debug("Rehearsed: {}", outcome);
    return outcome;
  }

  /** Ends it with the requests under way. */
  public void stop() {
    stopped = true;
  }

  /** Ends it without waiting for answers. */
  public void cut() {
    stop();
    acting.forEach(Actor::close);
  }

  private void play(StreamService streams, EventLog log, long until) {
    try (StreamFace.Before before = face.before(streams, log);
        Stage.Scene scene = stage.open(before.routes())) {
      perform(scene.base(), actor -> count(actor, script.prelude()));
      AtomicInteger next = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < ACTORS; i++) {
        threads.add(
            Thread.ofPlatform()
                .name("kiln-rehearsal-" + i)
                .daemon()
                .start(() -> perform(scene.base(), actor -> act(actor, next, until))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (IOException e) {
      fail("There is no rehearsal", e);
    } catch (InterruptedException e) {
      stopped = true;
      Thread.currentThread().interrupt();
    }
  }

  @FunctionalInterface
  private interface Part {
    void play(Actor actor) throws IOException;
  }

  private void perform(URI base, Part part) {
    try (Actor actor = Actor.at(base)) {
      acting.add(actor);
      try {
        part.play(actor);
      } finally {
        acting.remove(actor);
      }
    } catch (IOException e) {
      fail("An actor leaves", e);
    }
  }

  private void act(Actor actor, AtomicInteger next, long until) throws IOException {
    int session = next.getAndIncrement();
    while (session < Script.SESSIONS && !stopped) {
      for (Request request : script.session(session)) {
        count(actor, request);
      }
      if (System.nanoTime() >= until) {
        return;
      }
      session = next.getAndIncrement();
    }
  }

  private void count(Actor actor, Request request) throws IOException {
    if (stopped) {
      return;
    }
    int status = actor.request(request);
    if (status == 200) {
      answered.increment();
    } else {
      // A stream type or DID method is not installed: then its code is not rehearsed.
      LOG.debug("Rehearsed {} {}: {}", request.method(), request.path(), status);
      failed.increment();
    }
  }

  private void fail(String what, IOException why) {
    LOG.debug("{}: {}", what, why.toString());
    if (!stopped) {
      failed.increment();
    }
  }
}
