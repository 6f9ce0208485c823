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
import java.util.stream.Stream;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.Dependency.Extension;
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

  /** Sets that are only touched while their entry is computed, or by who has removed them. */
  private final Map<Dependency, Set<StreamId>> byMissing = new ConcurrentHashMap<>();

  /** How many there are in all sets. */
  private final AtomicInteger streams = new AtomicInteger();

  /** The pause before the try that is to come, for each that is tried by the clock. */
  private final Map<Dependency, Duration> pauses = new ConcurrentHashMap<>();

  /** Streams whose derivation is to be gone on with. */
  private final Set<StreamId> goingOn = ConcurrentHashMap.newKeySet();

  private final Consumer<StreamId> retry;
  private final Consumer<Dependency> seek;
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
      Consumer<Dependency> seek,
      ExtensionRegistry extensions,
      Unfinished kept,
      Later later) {
    this.retry = retry;
    this.seek = seek;
    this.extensions = extensions;
    this.kept = kept;
    this.later = later;
    this.subscriptions =
        Stream.of(Extension.Kind.values())
            .map(kind -> extensions.onChange(service(kind), arrivals(kind)))
            .toList();
  }

  /** What serves that kind. */
  private static Class<?> service(Extension.Kind kind) {
    return switch (kind) {
      case STREAM_TYPE -> StreamType.class;
      case DID_METHOD -> DidMethod.class;
      case ALG -> SignatureSuite.class;
      case CACAO_TYPE -> CapabilitySignature.class;
      case CHAIN -> AnchorProofValidator.class;
    };
  }

  private ExtensionRegistry.ChangeListener arrivals(Extension.Kind kind) {
    return (key, here) -> arrived(here, new Extension(kind, key));
  }

  /** Takes up who waited when the node was stopped, in the background. */
  public void start() {
    kept.read(
        (missing, stream) ->
            wait(missing, stream, isInstalled(missing) ? Duration.ZERO : FIRST_TRY));
  }

  /** The state of a stream ends where something is missing, or there is none for want of it. */
  public void add(Dependency missing, StreamId stream) {
    kept.waits(stream, missing);
    wait(missing, stream, FIRST_TRY);
  }

  private void wait(Dependency missing, StreamId stream, Duration pause) {
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
            // What takes long again is asked for again by who tries it; not here beside that.
            try {
              retry.accept(stream);
            } finally {
              goingOn.remove(stream);
            }
          });
    }
  }

  /** Nothing of the stream waits any more. */
  public void over(StreamId stream) {
    kept.finished(stream);
  }

  /** Adds those for which there is room; false when there is none at all. */
  private boolean join(Dependency missing, Set<StreamId> more) {
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
  private Set<StreamId> take(Dependency missing) {
    Set<StreamId> waiting = byMissing.remove(missing);
    if (waiting != null) {
      streams.addAndGet(-waiting.size());
    }
    return waiting;
  }

  /** Whether it may be there, or work again, without anybody's saying so. */
  private boolean comesUntold(Dependency missing) {
    return isOutside(missing) || isInstalled(missing);
  }

  /** What lies outside the node: nobody tells when it can be reached again. */
  private static boolean isOutside(Dependency missing) {
    return switch (missing) {
      case Dependency.Stream stream -> true;
      case Dependency.Did did -> true;
      case Extension extension ->
          switch (extension.kind()) {
            case CHAIN, CACAO_TYPE -> true;
            case STREAM_TYPE, DID_METHOD, ALG -> false;
          };
      case Dependency.Other other -> false;
    };
  }

  private boolean isInstalled(Dependency missing) {
    return missing instanceof Extension extension
        && extensions.keys(service(extension.kind())).contains(extension.name());
  }

  private Duration tryAfter(Dependency missing, Duration pause) {
    later.run(pause, () -> tryAgain(missing, pause));
    return pause;
  }

  /** One stream asks first: as long as that one waits, the others need not ask. */
  private void tryAgain(Dependency missing, Duration pause) {
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
      arrived(true, Dependency.stream(stream));
    }
  }

  public long size() {
    return streams.get();
  }

  private void arrived(boolean here, Dependency what) {
    Set<StreamId> waiting = here ? take(what) : null;
    if (waiting != null) {
      // Away from the caller: it may hold a lock, and a retry takes others.
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
