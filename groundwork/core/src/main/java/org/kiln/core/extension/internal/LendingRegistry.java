package org.kiln.core.extension.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends extensions that come and go. An extension that goes is drained: it is lent to nobody new,
 * and {@link #remove} comes back only when every lease is back or the drain timeout is over.
 * Callers who ask for a key that was there a moment ago are parked until its successor comes.
 * Thread-safe; nothing is called out to while a lock is held.
 */
final class LendingRegistry implements ExtensionRegistry, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LendingRegistry.class);

  private final long drainTimeoutMs;
  private final Map<Class<?>, Shelf<?>> shelves;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final ExecutorService changes =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("kiln-extension-changes").factory());

  private record Subscription(Class<?> spi, ChangeListener listener) {}

  /** Times in milliseconds. */
  LendingRegistry(long drainTimeoutMs, long parkMs) {
    this.drainTimeoutMs = drainTimeoutMs;
    this.shelves =
        Map.of(
            StreamType.class, new Shelf<StreamType>("StreamType", false, parkMs),
            DidMethod.class, new Shelf<DidMethod>("DidMethod", false, parkMs),
            SignatureSuite.class, new Shelf<SignatureSuite>("SignatureSuite", false, parkMs),
            CapabilitySignature.class,
                new Shelf<CapabilitySignature>("CapabilitySignature", false, parkMs),
            AnchorChain.class, new Shelf<AnchorChain>("AnchorChain", false, parkMs),
            AnchorProofValidator.class,
                new Shelf<AnchorProofValidator>("AnchorProofValidator", true, parkMs));
  }

  @SuppressWarnings("unchecked")
  private <T> Shelf<T> shelf(Class<T> spi) {
    Shelf<?> shelf = shelves.get(spi);
    if (shelf == null) {
      throw new IllegalArgumentException(spi.getName() + " is no kind of extension");
    }
    return (Shelf<T>) shelf; // the constructor pairs them
  }

  @Override
  public <T> Lease<T> acquire(Class<T> spi, String key, Deadline deadline)
      throws ExtensionMissingException {
    return shelf(spi).acquire(key, deadline);
  }

  @Override
  public Set<String> keys(Class<?> spi) {
    return shelf(spi).keys();
  }

  @Override
  public AutoCloseable onChange(Class<?> spi, ChangeListener listener) {
    shelf(spi);
    Subscription subscription = new Subscription(spi, listener);
    subscriptions.add(subscription);
    return () -> subscriptions.remove(subscription);
  }

  /** Lends that extension from now on, unless a better ranked one has the same key. */
  <T> void add(Class<T> spi, List<String> keys, T service, Rank rank) {
    List<String> now = shelf(spi).add(new Slot<>(service, List.copyOf(keys), rank));
    now.forEach(key -> tell(spi, key, true));
  }

  /** Comes back when nobody uses that extension any more, or after the drain timeout. */
  <T> void remove(Class<T> spi, T service) {
    Shelf<T> shelf = shelf(spi);
    Slot<T> slot = shelf.remove(service);
    if (slot == null) {
      return;
    }
    int late = slot.drain(drainTimeoutMs);
    shelf.drained(slot);
    if (late > 0) {
      LOG.warn(
          "{} {} goes while {} calls still use it; they had {} ms to end",
          spi.getSimpleName(),
          slot.keys(),
          late,
          drainTimeoutMs);
    }
    slot.keys().forEach(key -> tell(spi, key, shelf.has(key)));
  }

  private void tell(Class<?> spi, String key, boolean present) {
    for (Subscription subscription : subscriptions) {
      if (subscription.spi() == spi) {
        changes.execute(() -> tell(subscription, key, present));
      }
    }
  }

  private static void tell(Subscription subscription, String key, boolean present) {
    try {
      subscription.listener().changed(key, present);
    } catch (RuntimeException e) {
      LOG.error("A listener for changes of {} failed", subscription.spi().getSimpleName(), e);
    }
  }

  @Override
  public void close() {
    subscriptions.clear();
    changes.shutdown();
  }
}
