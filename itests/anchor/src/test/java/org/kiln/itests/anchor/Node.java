package org.kiln.itests.anchor;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.kiln.anchor.AnchorService;
import org.kiln.anchor.AnchorSettings;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService.LoadOptions;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.events.EventStore;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.Streams;
import org.kiln.type.tile.TileType;

/** A node of the shipped parts, wired by hand so that a test holds all its ends. */
final class Node implements AutoCloseable {
  private final EventStore store;
  private final EnvelopeVerifier verifier;
  private final Streams streams;
  private final AnchorService anchoring;

  /**
   * A node.
   *
   * @param chain what it writes anchors to
   * @param validator checks proofs of {@code proofs}
   */
  Node(AnchorChain chain, String proofs, AnchorProofValidator validator) {
    FixedExtensions extensions =
        FixedExtensions.builder()
            .add(StreamType.class, "0", new TileType())
            .add(DidMethod.class, "key", new KeyDidMethod())
            .add(SignatureSuite.class, "EdDSA", new Ed25519Suite())
            .add(AnchorChain.class, chain.chainId(), chain)
            .add(AnchorProofValidator.class, proofs, validator)
            .build();
    store = EventStore.open(new MemoryStore(NodeTables.ALL), EventStore.Settings.defaults());
    verifier = new EnvelopeVerifier(extensions, Clock.systemUTC(), VerifierSettings.DEFAULT);
    streams =
        new Streams(
            store,
            store,
            extensions,
            verifier,
            Clock.systemUTC(),
            new Streams.Settings(NetworkId.local(0), TieBreak.JS_CERAMIC, 1 << 20));
    anchoring =
        new AnchorService(
            store,
            extensions,
            () -> Optional.of(streams),
            new AnchorSettings(
                true,
                false,
                chain.chainId(),
                Duration.ZERO,
                1000,
                Duration.ofSeconds(20),
                Duration.ofMillis(50),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                32,
                Duration.ofDays(1)),
            InstantSource.system());
    streams.anchorRequests(anchoring);
  }

  Streams streams() {
    return streams;
  }

  AnchorService anchoring() {
    return anchoring;
  }

  EnvelopeVerifier verifier() {
    return verifier;
  }

  StreamState load(StreamId stream) throws StreamException {
    return streams.load(
        new StreamRef(stream, Optional.empty()),
        LoadOptions.local(Deadline.in(Duration.ofSeconds(20))));
  }

  @Override
  public void close() {
    streams.anchorRequests(null);
    anchoring.close();
    streams.close();
    store.close();
  }
}
