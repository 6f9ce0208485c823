package org.kiln.streams;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionRegistry;

/**
 * Streams that wait for something: when it comes, their states are derived again. What is
 * remembered here only makes that happen early; a stream that is forgotten is derived when somebody
 * reads it.
 */
final class Waiting implements AutoCloseable {
  private static final int MAX_STREAMS = 100_000;

  private final Map<String, Set<StreamId>> byMissing = new ConcurrentHashMap<>();
  private final Consumer<StreamId> retry;
  private final List<AutoCloseable> subscriptions;
  private final ExecutorService retries =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("kiln-waiting").factory());

  Waiting(Consumer<StreamId> retry, ExtensionRegistry extensions) {
    this.retry = retry;
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
      retries.execute(() -> streams.forEach(retry));
    }
  }

  @Override
  public void close() {
    Subscriptions.close(subscriptions);
    retries.shutdown();
  }
}
