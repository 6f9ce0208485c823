package org.kiln.http.one;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.core.node.NodeInfo;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.did.VerifierSettings;
import org.kiln.did.key.Ed25519Suite;
import org.kiln.did.key.KeyDidMethod;
import org.kiln.did.key.P256Suite;
import org.kiln.did.key.Secp256k1Suite;
import org.kiln.did.pkh.Eip191Signature;
import org.kiln.did.pkh.PkhDidMethod;
import org.kiln.events.EventStore;
import org.kiln.interests.StoredInterests;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.Streams;
import org.kiln.type.instance.InstanceType;
import org.kiln.type.model.ModelType;

/** A whole node of the network {@code inmemory} behind the face, without a framework. */
final class TestNode implements AutoCloseable {
  /** Whoever the recorded ceramic-one was: its interests hold this id. */
  static final PeerId SELF = PeerId.parse("12D3KooWGHSf8p8sxfiPpToPJsP9u5Dr3vhVcX6ajXeXPRsVPuQi");

  private final EventStore log = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final Clock clock;
  private final PeerId self;
  private Streams streams;
  private OneFace.Parts parts;
  private OneFace face;

  TestNode(Clock clock, PeerId self) {
    this.clock = clock;
    this.self = self;
    start();
  }

  private record Info() implements NodeInfo {
    @Override
    public String version() {
      return "";
    }

    @Override
    public String runId() {
      return "test";
    }

    @Override
    public long startedAt() {
      return 0;
    }

    @Override
    public NetworkId network() {
      return NetworkId.INMEMORY;
    }

    @Override
    public Path dataDirectory() {
      throw new UnsupportedOperationException("A node in memory has no directory");
    }

    @Override
    public List<String> supportedChains() {
      return List.of();
    }
  }

  private void start() {
    FixedExtensions.Builder extensions =
        FixedExtensions.builder()
            .add(DidMethod.class, "key", new KeyDidMethod())
            .add(DidMethod.class, "pkh", new PkhDidMethod())
            .add(SignatureSuite.class, "EdDSA", new Ed25519Suite())
            .add(SignatureSuite.class, "ES256K", new Secp256k1Suite())
            .add(SignatureSuite.class, "ES256", new P256Suite())
            .add(CapabilitySignature.class, "eip191", new Eip191Signature());
    for (StreamType type : List.of(new ModelType(), new InstanceType())) {
      extensions.add(StreamType.class, Integer.toString(type.typeCode()), type);
    }
    var registry = extensions.build();
    EnvelopeVerifier verifier = new EnvelopeVerifier(registry, clock, VerifierSettings.DEFAULT);
    streams =
        new Streams(
            log,
            log,
            log.journal(),
            registry,
            verifier,
            clock,
            new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, 16L << 20));
    parts =
        new OneFace.Parts(
            streams,
            streams,
            streams,
            log,
            log.feed(),
            verifier,
            new StoredInterests(log),
            new Info(),
            () -> Optional.of(nobodyElse()));
    face = new OneFace(parts, new OneFace.Writes(false, false));
  }

  private PeerNetwork nobodyElse() {
    return (PeerNetwork)
        Proxy.newProxyInstance(
            PeerNetwork.class.getClassLoader(),
            new Class<?>[] {PeerNetwork.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "self" -> self;
                  case "peers", "addresses" -> List.of();
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  /** Everything of the port. */
  List<HttpRoute> routes() {
    return Stream.concat(face.routes().stream(), face.kuboRoutes().stream()).toList();
  }

  OneFace face() {
    return face;
  }

  /** The face of a node that takes no writes. */
  OneFace readOnlyFace() {
    return new OneFace(parts, new OneFace.Writes(true, false));
  }

  /** The face of a node that keeps what does not fit its model. */
  OneFace lenientFace() {
    return new OneFace(parts, new OneFace.Writes(false, true));
  }

  /** Stops what stands on the log, and starts it on what that has kept. */
  void restart() {
    stop();
    start();
  }

  private void stop() {
    face.close();
    streams.close();
  }

  @Override
  public void close() {
    stop();
    log.close();
  }
}
