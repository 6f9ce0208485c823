package org.kiln.streams;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams that wait for something: when it comes, their states are derived again. Plugins and
 * streams say that they have come; a chain or a server that was away does not, nor does a node that
 * has a stream we lack, so they are asked again after a while, less and less often. What is
 * remembered here only makes that happen early; a stream that is forgotten is derived when it has
 * left the cache and somebody reads it. Thread-safe.
 */
final class Waiting implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
  private static final int MAX_STREAMS = 100_000;
  static final Duration FIRST_TRY = Duration.ofSeconds(15);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** What lies outside the node: nobody tells when it can be reached again. */
  private static final List<String> OUTSIDE = List.of("chain:", "did:", "cacao-type:", "stream:");

  private final Map<String, Set<StreamId>> byMissing = new ConcurrentHashMap<>();

  /** The pause before the try that is to come, for each that is outside and waited for. */
  private final Map<String, Duration> pauses = new ConcurrentHashMap<>();

  private final Consumer<StreamId> retry;
  private final Consumer<String> seek;
  private final List<AutoCloseable> subscriptions;
  private final Later later;

  /**
   * Begins to listen.
   *
   * @param retry derives a stream again
   * @param seek looks outside for what is waited for, and comes back at once
   */
  Waiting(Consumer<StreamId> retry, Consumer<String> seek, ExtensionRegistry extensions) {
    this(retry, seek, extensions, new LaterOnThread("kiln-waiting"));
  }

  Waiting(
      Consumer<StreamId> retry, Consumer<String> seek, ExtensionRegistry extensions, Later later) {
    this.retry = retry;
    this.seek = seek;
    this.later = later;
    this.subscriptions =
        List.of(
            extensions.onChange(StreamType.class, arrivals("stream-type:")),
            extensions.onChange(DidMethod.class, arrivals("did-method:")),
            extensions.onChange(SignatureSuite.class, arrivals("alg:")),
            extensions.onChange(CapabilitySignature.class, arrivals("cacao-type:")),
            extensions.onChange(AnchorProofValidator.class, arrivals("chain:")));
  }

  private ExtensionRegistry.ChangeListener arrivals(String kind) {
    return (key, here) -> arrived(here, kind + key);
  }

  void add(String missing, StreamId stream) {
    if (size() < MAX_STREAMS) {
      byMissing.computeIfAbsent(missing, key -> ConcurrentHashMap.newKeySet()).add(stream);
      if (OUTSIDE.stream().anyMatch(missing::startsWith)) {
        pauses.computeIfAbsent(missing, key -> tryAfter(key, FIRST_TRY));
      }
    }
  }

  private Duration tryAfter(String missing, Duration pause) {
    later.run(pause, () -> tryAgain(missing, pause));
    return pause;
  }

  /** One stream asks first: as long as that one waits, the others need not ask. */
  private void tryAgain(String missing, Duration pause) {
    Set<StreamId> streams = byMissing.remove(missing);
    if (streams != null) {
      seek.accept(missing);
      try {
        Iterator<StreamId> waiting = streams.iterator();
        while (waiting.hasNext() && !byMissing.containsKey(missing)) {
          StreamId stream = waiting.next();
          waiting.remove();
          retry.accept(stream);
        }
      } catch (RuntimeException e) {
        LOG.warn("A stream that waited for {} could not be derived", missing, e);
      }
      if (!streams.isEmpty()) {
        byMissing.computeIfAbsent(missing, key -> ConcurrentHashMap.newKeySet()).addAll(streams);
      }
    }
    pauses.remove(missing);
    if (byMissing.containsKey(missing)) {
      Duration longer = pause.multipliedBy(2);
      Duration next = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      pauses.computeIfAbsent(missing, key -> tryAfter(key, next));
    }
  }

  /** A stream has a state now that others may have waited for. */
  void arrived(StreamId stream) {
    if (!byMissing.isEmpty()) {
      arrived(true, "stream:" + stream);
    }
  }

  long size() {
    return byMissing.values().stream().mapToLong(Set::size).sum();
  }

  private void arrived(boolean here, String what) {
    Set<StreamId> streams = here ? byMissing.remove(what) : null;
    if (streams != null) {
      // Away from the caller: it may hold a lane, and a retry takes lanes.
      later.run(Duration.ZERO, () -> streams.forEach(retry));
    }
  }

  @Override
  public void close() {
    Subscriptions.close(subscriptions);
    later.close();
  }
}
