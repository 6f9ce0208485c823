package org.kiln.itests.bench;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.anchor.MerkleTree;
import org.kiln.anchor.inmemory.InMemoryChain;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.WriteOptions;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.ipld.event.AnchorProofs;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.streams.Streams;
import org.kiln.type.tile.TileType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A client's tile update through the whole spine on one thread: verified, appended to a log in
 * memory, ordered, applied. What is left of it without the signature is the cost of applying.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ApplyBenchmark {
  private static final int STREAMS = 500;
  private static final long CACHE_BYTES = 64L << 20;
  private static final WriteOptions QUIET = new WriteOptions(false, false, true, Deadline.NONE);

  private record Update(StreamId stream, DecodedEvent event) {}

  private final Author author = Samples.author(7);
  private final InMemoryChain chain =
      new InMemoryChain(InstantSource.system(), Duration.ZERO, Duration.ofMinutes(1));
  private TemporaryLog log;
  private EnvelopeVerifier verifier;
  private Streams streams;
  private List<Update> updates;
  private List<Update> times;

  /** Creates the streams and signs an update of each. */
  @Setup(Level.Invocation)
  public void prepare() throws StreamException, AnchorException {
    log = TemporaryLog.inMemory();
    FixedExtensions extensions =
        VerifyBenchmark.accounts()
            .add(StreamType.class, Integer.toString(Samples.TILE), new TileType())
            .add(AnchorProofValidator.class, InMemoryChain.CHAIN_ID, chain)
            .build();
    verifier = VerifyBenchmark.verifier(extensions);
    streams =
        new Streams(
            log.log(),
            log.log(),
            log.log().journal(),
            extensions,
            verifier,
            Clock.systemUTC(),
            new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, CACHE_BYTES));
    updates = new ArrayList<>(STREAMS);
    for (int i = 0; i < STREAMS; i++) {
      SignedEvent init = author.tile(Samples.content(i), "unique" + i);
      StreamId stream = StreamId.of(Samples.TILE, init.cid());
      streams.create(Samples.TILE, Samples.decode(init), QUIET);
      SignedEvent update = author.replace(stream, init.cid(), "title", new Ipld.Text("changed"));
      updates.add(new Update(stream, Samples.decode(update)));
    }
    times = timeEvents();
  }

  /** A time event on the start of each stream, all of one tree. */
  private List<Update> timeEvents() throws AnchorException {
    List<Cid> tips = updates.stream().map(update -> update.stream().init()).toList();
    MerkleTree tree = MerkleTree.of(tips);
    if (!(chain.status(chain.submit(tree.root(), Deadline.NONE), Deadline.NONE)
        instanceof AnchorChain.Status.Final anchored)) {
      throw new IllegalStateException("Not final at once");
    }
    Block proof = AnchorProofs.encode(anchored.proof());
    List<Update> events = new ArrayList<>(STREAMS);
    for (int i = 0; i < STREAMS; i++) {
      Ipld.Map time =
          Ipld.map(
              "id", Ipld.of(tips.get(i)),
              "prev", Ipld.of(tips.get(i)),
              "proof", Ipld.of(proof.cid()),
              "path", Ipld.of(tree.path(i)));
      events.add(
          new Update(updates.get(i).stream(), Samples.decodeTime(time, proof, tree.nodesTo(i))));
    }
    return events;
  }

  /** Closes what was opened. */
  @TearDown(Level.Invocation)
  public void close() {
    streams.close();
    verifier.close();
    log.close();
  }

  /** One update of each stream. */
  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public int update() throws StreamException {
    int changed = 0;
    for (Update update : updates) {
      changed += streams.apply(update.stream(), update.event(), QUIET).changed() ? 1 : 0;
    }
    return changed;
  }

  /** An update of each stream, as the network brings it. */
  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public int receivedUpdate() {
    return receive(updates);
  }

  /** A time event of each stream, as the anchor service or the network brings it. */
  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public int receivedTimeEvent() {
    return receive(times);
  }

  private int receive(List<Update> events) {
    for (Update update : events) {
      streams
          .receive(
              List.of(new StreamEvent(update.stream(), update.event())),
              Origin.UNKNOWN,
              Deadline.NONE)
          .get(0)
          .ifPresent(
              refusal -> {
                throw new IllegalStateException(refusal);
              });
    }
    return events.size();
  }
}
