package org.kiln.core.extension.internal;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.lending.Claim;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.Lender;
import org.kiln.core.lending.Rank;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extensions: a lender for each kind, and listeners who hear of what came and went.
 * Thread-safe.
 */
final class LendingRegistry implements ExtensionRegistry, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LendingRegistry.class);

  private final Duration drain;
  private final Duration park;
  private final Map<Class<?>, Kind<?>> kinds;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final ExecutorService changes =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("kiln-extension-changes").factory());

  private record Subscription(Class<?> spi, ChangeListener listener) {}

  private record Kind<T>(Lender<String, T> lender, Map<T, Claim<String, T>> claims) {
    Kind(Lender<String, T> lender) {
      this(lender, Collections.synchronizedMap(new IdentityHashMap<>()));
    }
  }

  /** Times in milliseconds. */
  LendingRegistry(long drainTimeoutMs, long parkMs) {
    this.drain = Duration.ofMillis(drainTimeoutMs);
    this.park = Duration.ofMillis(parkMs);
    this.kinds =
        Map.of(
            StreamType.class, new Kind<StreamType>(new Lender<>()),
            DidMethod.class, new Kind<DidMethod>(new Lender<>()),
            SignatureSuite.class, new Kind<SignatureSuite>(new Lender<>()),
            CapabilitySignature.class, new Kind<CapabilitySignature>(new Lender<>()),
            AnchorChain.class, new Kind<AnchorChain>(new Lender<>()),
            AnchorProofValidator.class,
                new Kind<AnchorProofValidator>(new Lender<>(LendingRegistry::namespace)));
  }

  /** {@code eip155:*} for {@code eip155:1}. */
  private static String namespace(String chain) {
    return chain.substring(0, chain.indexOf(':') + 1) + "*";
  }

  @SuppressWarnings("unchecked")
  private <T> Kind<T> kind(Class<T> spi) {
    Kind<?> kind = kinds.get(spi);
    if (kind == null) {
      throw new IllegalArgumentException(spi.getName() + " is no kind of extension");
    }
    return (Kind<T>) kind; // the constructor pairs them
  }

  @Override
  public <T> Lease<T> acquire(Class<T> spi, String key, Deadline deadline)
      throws ExtensionMissingException {
    Lender<String, T> lender = kind(spi).lender();
    Lease<T> lease = lender.borrow(key);
    if (lease == null) {
      lease = lender.borrow(key, TimeUnit.MILLISECONDS.toNanos(deadline.remaining().toMillis()));
    }
    if (lease == null) {
      throw new ExtensionMissingException(spi.getSimpleName(), key);
    }
    return lease;
  }

  @Override
  public Set<String> keys(Class<?> spi) {
    return new TreeSet<>(kind(spi).lender().keys());
  }

  @Override
  public AutoCloseable onChange(Class<?> spi, ChangeListener listener) {
    kind(spi);
    Subscription subscription = new Subscription(spi, listener);
    subscriptions.add(subscription);
    return () -> subscriptions.remove(subscription);
  }

  /** Lends that extension from now on, unless a better ranked one has the same key. */
  <T> void add(Class<T> spi, List<String> keys, T service, Rank rank) {
    Kind<T> kind = kind(spi);
    Claim<String, T> claim = kind.lender().add(keys, service, rank);
    kind.claims().put(service, claim);
    keys.stream()
        .filter(key -> kind.lender().lends(key, claim))
        .forEach(key -> tell(spi, key, true));
  }

  /** Comes back when nobody uses that extension any more, or after the drain timeout. */
  <T> void remove(Class<T> spi, T service) {
    Kind<T> kind = kind(spi);
    Claim<String, T> claim = kind.claims().remove(service);
    if (claim == null) {
      return;
    }
    int late = claim.withdraw(drain, park);
    if (late > 0) {
      LOG.warn(
          "{} {} goes while {} calls still use it; they had {} ms to end",
          spi.getSimpleName(),
          claim.keys(),
          late,
          drain.toMillis());
    }
    Set<String> left = kind.lender().keys();
    claim.keys().forEach(key -> tell(spi, key, left.contains(key)));
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
    kinds.values().forEach(kind -> kind.lender().close());
    subscriptions.clear();
    changes.shutdown();
  }
}
