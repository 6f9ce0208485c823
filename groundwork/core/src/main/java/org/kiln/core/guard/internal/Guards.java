package org.kiln.core.guard.internal;

import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.plugin.PluginHealth;
import org.kiln.api.stream.StreamType;
import org.kiln.core.guard.PluginUnavailableException;

/**
 * A guard for each interface that plugins implement. Stores have none: the node opens one before it
 * serves anybody, its transactions belong to the thread that began them and run the node's own code
 * inside, and a node whose store does not answer has nothing to serve.
 */
final class Guards {
  private Guards() {}

  /** That service behind a plugin's threads. */
  static <T> T guard(Class<T> spi, T service, PluginThreads threads)
      throws PluginUnavailableException {
    return spi.cast(
        switch (service) {
          case StreamType type when spi == StreamType.class -> new GuardedStreamType(type, threads);
          case DidMethod method when spi == DidMethod.class ->
              new GuardedDid.Method(method, threads);
          case SignatureSuite suite when spi == SignatureSuite.class ->
              new GuardedDid.Suite(suite, threads);
          case CapabilitySignature signature when spi == CapabilitySignature.class ->
              new GuardedDid.Capability(signature, threads);
          case AnchorChain chain when spi == AnchorChain.class ->
              new GuardedChain.Chain(chain, threads);
          case AnchorProofValidator validator when spi == AnchorProofValidator.class ->
              new GuardedChain.Proofs(validator, threads);
          case ContractReader reader when spi == ContractReader.class ->
              new GuardedContracts(reader, threads);
          case HttpRoute route when spi == HttpRoute.class -> new GuardedRoute(route, threads);
          case NetworkProtocol protocol when spi == NetworkProtocol.class ->
              new GuardedProtocol(protocol, threads);
          case ChangeReader reader when spi == ChangeReader.class ->
              new GuardedReader.Changes(reader, threads);
          case EventReader reader when spi == EventReader.class ->
              new GuardedReader.Events(reader, threads);
          case PluginHealth health when spi == PluginHealth.class ->
              new GuardedHealth(health, threads);
          default -> throw new IllegalArgumentException(spi.getName() + " has no guard");
        });
  }
}
