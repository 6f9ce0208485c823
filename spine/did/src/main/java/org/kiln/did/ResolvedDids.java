package org.kiln.did;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kiln.api.did.Did;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.lending.Lease;
import org.kiln.core.stream.RemoteCalls;

/** Resolves DIDs through the installed methods and remembers the documents for a while. */
final class ResolvedDids {
  private static final int MOST_FAILED = 10_000;

  /** Shorter than what waits for a DID is put off. */
  private static final Duration FAILED_FOR = Duration.ofSeconds(5);

  /** Asked for with every event; the methods that a record is given are many times slower. */
  private record Key(Did did, Optional<String> query, Optional<Instant> at) {
    @Override
    public int hashCode() {
      // With all of them: else who writes one DID with ever other queries fills a single bin.
      return 31 * (31 * did.value().hashCode() + query.hashCode()) + at.hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && did.value().equals(key.did.value())
          && query.equals(key.query)
          && at.equals(key.at);
    }
  }

  private final ExtensionRegistry registry;
  private final Cache<Key, DidDocument> documents;

  /** Those of which nothing could be learned a moment ago, and why. */
  private final Cache<Key, DependencyMissingException> failed =
      Caffeine.newBuilder()
          .maximumSize(MOST_FAILED)
          .expireAfterWrite(FAILED_FOR)
          .executor(Runnable::run)
          .build();

  ResolvedDids(ExtensionRegistry registry, VerifierSettings settings) {
    this.registry = registry;
    this.documents =
        Caffeine.newBuilder()
            .maximumSize(settings.rememberedDids())
            .expireAfterWrite(settings.rememberDidFor())
            .executor(Runnable::run)
            .build();
  }

  DidDocument resolve(DidUrl url, Optional<Instant> at, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    Key key = new Key(url.did(), url.query(), at);
    DidDocument known = documents.getIfPresent(key);
    return known != null ? known : resolve(key, url, at, deadline);
  }

  private DidDocument resolve(Key key, DidUrl url, Optional<Instant> at, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    // Not computed inside the cache: resolving may block, and other keys share its locks.
    DidDocument resolved;
    try {
      resolved = ask(url, at, deadline);
    } catch (DependencyMissingException e) {
      if (!RemoteCalls.forbidden()) {
        failed.put(key, e);
      }
      throw e;
    }
    documents.put(key, resolved);
    failed.invalidate(key);
    return resolved;
  }

  /** The same, but one that could not be resolved a moment ago is not asked for again. */
  DidDocument resolveUnlessFailed(DidUrl url, Optional<Instant> at, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    Key key = new Key(url.did(), url.query(), at);
    DidDocument known = documents.getIfPresent(key);
    if (known != null) {
      return known;
    }
    DependencyMissingException why = failed.getIfPresent(key);
    if (why != null) {
      throw new DependencyMissingException(why.missing(), why.getMessage());
    }
    return resolve(key, url, at, deadline);
  }

  private DidDocument ask(DidUrl url, Optional<Instant> at, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    String method = url.did().method();
    RemoteCalls.demandAllowed(new Dependency.Did(url.did().toString()));
    try (Lease<DidMethod> lease = registry.acquire(DidMethod.class, method, deadline)) {
      return lease.service().resolve(url, new ResolveOptions(at, deadline));
    } catch (ExtensionMissingException e) {
      throw new DependencyMissingException(
          Dependency.didMethod(method),
          "Failed to resolve "
              + url
              + ": unsupportedDidMethod, no DID method '"
              + method
              + "' is installed; it will be checked when one is");
    } catch (DidException e) {
      String message = "Failed to resolve " + url + ": " + e.error() + ", " + e.getMessage();
      if (e.retry().worthwhile()) {
        throw new DependencyMissingException(new Dependency.Did(url.did().toString()), message);
      }
      throw new UnverifiedException(message);
    } catch (RuntimeException e) {
      throw new DependencyMissingException(
          Dependency.didMethod(method),
          "Failed to resolve " + url + ": DID method '" + method + "' failed: " + e);
    }
  }

  void forget() {
    documents.invalidateAll();
    failed.invalidateAll();
  }
}
