package org.kiln.did;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature.Capability;
import org.kiln.core.lending.Lease;
import org.kiln.core.stream.RemoteCalls;

/**
 * Verifies the signatures of capabilities and remembers the good ones by CID: a session signs many
 * events under one capability. What time may change, its expiry, is not remembered but checked for
 * each event.
 */
final class Capabilities {
  private final ExtensionRegistry registry;
  private final Cache<Cid, Capability> verified;

  Capabilities(ExtensionRegistry registry, VerifierSettings settings) {
    this.registry = registry;
    this.verified =
        Caffeine.newBuilder()
            .maximumSize(settings.rememberedCapabilities())
            .executor(Runnable::run)
            .build();
  }

  /** The capability, its signature checked. */
  Capability verify(Block block, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    Capability known = verified.getIfPresent(block.cid());
    if (known != null) {
      return known;
    }
    Cacao cacao = Cacao.read(block);
    check(cacao, deadline);
    verified.put(block.cid(), cacao.capability());
    return cacao.capability();
  }

  /** The capability as it stands in a block of our own log. */
  Capability trust(Block block) throws UnverifiedException {
    Capability known = verified.getIfPresent(block.cid());
    return known != null ? known : Cacao.read(block).capability();
  }

  private void check(Cacao cacao, Deadline deadline)
      throws UnverifiedException, DependencyMissingException {
    if (cacao.signatureType().isEmpty()) {
      throw new UnverifiedException("CACAO does not have a signature");
    }
    String type = cacao.signatureType().get();
    Dependency missing = Dependency.cacaoType(type);
    RemoteCalls.demandAllowed(missing);
    try (Lease<CapabilitySignature> lease =
        registry.acquire(CapabilitySignature.class, type, deadline)) {
      lease.service().verify(cacao.value(), deadline);
    } catch (ExtensionMissingException e) {
      throw new DependencyMissingException(
          missing,
          "Unsupported CACAO signature type, register the needed verifier: '"
              + type
              + "' is not installed; it will be checked when it is");
    } catch (CapabilityException e) {
      if (e.retry().worthwhile()) {
        throw new DependencyMissingException(missing, e.getMessage());
      }
      throw new UnverifiedException(e.getMessage());
    } catch (RuntimeException e) {
      throw new DependencyMissingException(
          missing, "The verifier of CACAO signature type '" + type + "' failed: " + e);
    }
  }

  void forget() {
    verified.invalidateAll();
  }
}
