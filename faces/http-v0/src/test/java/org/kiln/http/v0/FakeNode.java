package org.kiln.http.v0;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.index.CollectionService;
import org.kiln.core.index.LentCollections;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.RangeHash;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.node.NodeControl;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.StatusSection;
import org.kiln.fixtures.EventlessVerifier;
import org.kiln.http.v0.FakeCall.Answer;
import org.kiln.ipld.Jws;
import org.kiln.testkit.FakeFeed;

/** A node around the face: what is not streams is as simple as can be. */
final class FakeNode {
  static final String ADMIN = "did:key:z6Mkadmin";

  final FakeStreams streams = new FakeStreams();
  long now = 1_700_000_000;
  String signer = ADMIN + "#z6Mkadmin";
  Boolean stopped;
  CollectionService collections;
  final FakeFeed feed = new FakeFeed();
  String starting;
  List<StatusSection> sections = List.of();

  V0Face face() {
    return face(new V0Face.Settings(false, Set.of(ADMIN), Optional.empty(), 1 << 20));
  }

  V0Face readOnly() {
    return face(new V0Face.Settings(true, Set.of(ADMIN), Optional.empty(), 1 << 20));
  }

  V0Face face(V0Face.Settings settings) {
    InstantSource clock = () -> Instant.ofEpochSecond(now);
    NodeControl control = force -> stopped = force;
    return new V0Face(
        new V0Face.Parts(
            V0Streams.of(streams),
            new EmptyLog(),
            new Verifier(),
            FixedExtensions.builder().build(),
            new Info(),
            () -> sections,
            () -> Optional.of(control),
            lent(),
            Optional.of(feed),
            () -> Optional.ofNullable(starting),
            clock),
        settings);
  }

  private CollectionService lent() {
    OptionalService<CollectionService> service = new OptionalService<>();
    if (collections != null) {
      service.bind(collections);
    }
    return new LentCollections(service);
  }

  Answer send(FakeCall call) {
    try (V0Face face = face()) {
      return call.send(face.routes());
    }
  }

  /** Takes every JWS for signed by {@link #signer}, unless its signature is empty. */
  private final class Verifier extends EventlessVerifier {
    @Override
    public VerifiedSignature verify(Jws jws, Deadline deadline) throws UnverifiedException {
      if (jws.signature().length == 0) {
        throw new UnverifiedException("invalid_signature: Signature invalid for JWT");
      }
      return new VerifiedSignature(DidUrl.parse(signer), "EdDSA", Optional.empty());
    }
  }

  private final class Info implements NodeInfo {
    @Override
    public String version() {
      return "0.1.0";
    }

    @Override
    public String runId() {
      return "run";
    }

    @Override
    public long startedAt() {
      return 1_700_000_000_000L;
    }

    @Override
    public NetworkId network() {
      return NetworkId.INMEMORY;
    }

    @Override
    public Path dataDirectory() {
      return Path.of("data");
    }

    @Override
    public List<String> supportedChains() {
      return List.of("inmemory:12345");
    }
  }

  /** A log without any event. */
  private static final class EmptyLog implements EventLog {
    @Override
    public List<Long> admit(
        List<Admission> events,
        java.util.function.Consumer<? super Batch> also,
        Deadline deadline) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<StoredEvent> event(Cid cid) {
      return Optional.empty();
    }

    @Override
    public boolean contains(Cid cid) {
      return false;
    }

    @Override
    public Optional<Block> block(Cid cid) {
      return Optional.empty();
    }

    @Override
    public void scanStream(StreamId stream, long afterSequence, Predicate<StoredEvent> sink) {
      // Nothing to tell.
    }

    @Override
    public void scan(long afterSequence, Predicate<StoredEvent> sink) {
      // Nothing to tell.
    }

    @Override
    public long lastSequence() {
      return 0;
    }

    @Override
    public long size() {
      return 0;
    }

    @Override
    public RangeHash rangeHash(byte[] from, byte[] to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void scanKeys(byte[] from, byte[] to, Predicate<EventId> sink) {
      // Nothing to tell.
    }

    @Override
    public LogStats stats() {
      return new LogStats(0, 0, 0, 0, 0);
    }
  }
}
