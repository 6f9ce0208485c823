package org.kiln.streams.waiting;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.extension.Subscriptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams that wait for something: when it comes, their states are derived again. Plugins and
 * streams say that they have come; a chain or a server that was away does not, nor does a node that
 * has a stream we lack, nor a plugin that is here and failed, so they are asked again after a
 * while, less and less often. Who waits is kept over restarts. Thread-safe.
 */
public final class Waiting implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
  public static final int MAX_STREAMS = 100_000;
  private static final int MAX_GOING_ON = 1_024;
  static final Duration FIRST_TRY = Duration.ofSeconds(15);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** What lies outside the node: nobody tells when it can be reached again. */
  private static final List<String> OUTSIDE = List.of("chain:", "did:", "cacao-type:", "stream:");

  /** What plugins bring, by how its names begin. */
  private static final Map<String, Class<?>> PLUGINS =
      Map.of(
          "stream-type:", StreamType.class,
          "did-method:", DidMethod.class,
          "alg:", SignatureSuite.class,
          "cacao-type:", CapabilitySignature.class,
          "chain:", AnchorProofValidator.class);

  /** Sets that are only touched while their entry is computed, or by who has removed them. */
  private final Map<String, Set<StreamId>> byMissing = new ConcurrentHashMap<>();

  /** How many there are in all sets. */
  private final AtomicInteger streams = new AtomicInteger();

  /** The pause before the try that is to come, for each that is tried by the clock. */
  private final Map<String, Duration> pauses = new ConcurrentHashMap<>();

  /** Streams whose derivation is to be gone on with. */
  private final Set<StreamId> goingOn = ConcurrentHashMap.newKeySet();

  private final Consumer<StreamId> retry;
  private final Consumer<String> seek;
  private final ExtensionRegistry extensions;
  private final Unfinished kept;
  private final List<AutoCloseable> subscriptions;
  private final Later later;

  /**
   * Begins to listen.
   *
   * @param retry derives a stream again
   * @param seek looks outside for what is waited for, and comes back at once
   * @param kept remembers who waits
   */
  public Waiting(
      Consumer<StreamId> retry,
      Consumer<String> seek,
      ExtensionRegistry extensions,
      Unfinished kept,
      Later later) {
    this.retry = retry;
    this.seek = seek;
    this.extensions = extensions;
    this.kept = kept;
    this.later = later;
    this.subscriptions =
        PLUGINS.entrySet().stream()
            .map(kind -> extensions.onChange(kind.getValue(), arrivals(kind.getKey())))
            .toList();
  }

  private ExtensionRegistry.ChangeListener arrivals(String kind) {
    return (key, here) -> arrived(here, kind + key);
  }

  /** Takes up who waited when the node was stopped, in the background. */
  public void start() {
    kept.read(
        (missing, stream) ->
            wait(missing, stream, isInstalled(missing) ? Duration.ZERO : FIRST_TRY));
  }

  /** The state of a stream ends where something is missing, or there is none for want of it. */
  public void add(String missing, StreamId stream) {
    kept.waits(stream, missing);
    wait(missing, stream, FIRST_TRY);
  }

  private void wait(String missing, StreamId stream, Duration pause) {
    if (join(missing, Set.of(stream)) && comesUntold(missing)) {
      pauses.computeIfAbsent(missing, key -> tryAfter(key, pause));
    }
  }

  /**
   * A derivation took longer than who asked could wait: it is gone on with, unless that is so for
   * too many, whose next reader goes on with them.
   */
  public void goOn(StreamId stream) {
    if (goingOn.size() < MAX_GOING_ON && goingOn.add(stream)) {
      later.run(
          Duration.ZERO,
          () -> {
            goingOn.remove(stream);
            retry.accept(stream);
          });
    }
  }

  /** Nothing of the stream waits any more. */
  public void over(StreamId stream) {
    kept.finished(stream);
  }

  /** Adds those for which there is room; false when there is none at all. */
  private boolean join(String missing, Set<StreamId> more) {
    return byMissing.compute(
            missing,
            (key, waiting) -> {
              Set<StreamId> all = waiting == null ? new HashSet<>() : waiting;
              for (StreamId stream : more) {
                if (streams.get() < MAX_STREAMS && all.add(stream)) {
                  streams.incrementAndGet();
                }
              }
              return all.isEmpty() ? null : all;
            })
        != null;
  }

  /** Takes all that wait for something; null when nobody does. */
  private Set<StreamId> take(String missing) {
    Set<StreamId> waiting = byMissing.remove(missing);
    if (waiting != null) {
      streams.addAndGet(-waiting.size());
    }
    return waiting;
  }

  /** Whether it may be there, or work again, without anybody's saying so. */
  private boolean comesUntold(String missing) {
    return OUTSIDE.stream().anyMatch(missing::startsWith) || isInstalled(missing);
  }

  private boolean isInstalled(String missing) {
    int end = missing.indexOf(':') + 1;
    Class<?> spi = PLUGINS.get(missing.substring(0, end));
    return spi != null && extensions.keys(spi).contains(missing.substring(end));
  }

  private Duration tryAfter(String missing, Duration pause) {
    later.run(pause, () -> tryAgain(missing, pause));
    return pause;
  }

  /** One stream asks first: as long as that one waits, the others need not ask. */
  private void tryAgain(String missing, Duration pause) {
    Set<StreamId> waiting = take(missing);
    if (waiting != null) {
      seek.accept(missing);
      try {
        Iterator<StreamId> next = waiting.iterator();
        while (next.hasNext() && !byMissing.containsKey(missing)) {
          StreamId stream = next.next();
          next.remove();
          retry.accept(stream);
        }
      } catch (RuntimeException e) {
        LOG.warn("A stream that waited for {} could not be derived", missing, e);
      }
      if (!waiting.isEmpty()) {
        join(missing, waiting);
      }
    }
    pauses.remove(missing);
    if (byMissing.containsKey(missing)) {
      pauses.computeIfAbsent(missing, key -> tryAfter(key, longer(pause)));
    }
  }

  private static Duration longer(Duration pause) {
    if (pause.isZero()) {
      return FIRST_TRY;
    }
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** A stream has a state now that others may have waited for. */
  public void arrived(StreamId stream) {
    if (!byMissing.isEmpty()) {
      arrived(true, "stream:" + stream);
    }
  }

  public long size() {
    return streams.get();
  }

  private void arrived(boolean here, String what) {
    Set<StreamId> waiting = here ? take(what) : null;
    if (waiting != null) {
      // Away from the caller: it may hold a lane, and a retry takes lanes.
      later.run(Duration.ZERO, () -> waiting.forEach(retry));
    }
  }

  @Override
  public void close() {
    Subscriptions.close(subscriptions);
    kept.close();
    later.close();
  }
}
