package org.kiln.itests.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.kiln.anchor.AnchorService;
import org.kiln.anchor.AnchorSettings;
import org.kiln.anchor.AnchoredStreams;
import org.kiln.anchor.MerkleTree;
import org.kiln.anchor.inmemory.InMemoryChain;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamType;
import org.kiln.core.consensus.TieBreak;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.WriteOptions;
import org.kiln.did.EnvelopeVerifier;
import org.kiln.events.EventStore;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.streams.Streams;
import org.kiln.type.tile.TileType;

/**
 * Large batches of anchor requests on Xodus, each from 'anchor now' to the last time event, and
 * beside it the log alone with the very same events. {@code AnchorBatch [requests [size of a
 * batch]]}.
 */
public final class AnchorBatch {
  private static final int IN_FLIGHT = 128;
  private static final long CACHE_BYTES = 64L << 20;

  private final int requests;
  private final int batch;
  private final InMemoryChain chain =
      new InMemoryChain(InstantSource.system(), Duration.ZERO, Duration.ofMinutes(1));

  private AnchorBatch(int requests, int batch) {
    this.requests = requests;
    this.batch = batch;
  }

  /** Runs it and prints what it found. */
  public static void main(String[] args) throws Exception {
    int requests = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
    new AnchorBatch(requests, batch).run();
  }

  private void run() throws Exception {
    FixedExtensions extensions =
        VerifyBenchmark.accounts()
            .add(StreamType.class, Integer.toString(Samples.TILE), new TileType())
            .add(AnchorChain.class, InMemoryChain.CHAIN_ID, chain)
            .add(AnchorProofValidator.class, InMemoryChain.CHAIN_ID, chain)
            .build();
    try (TemporaryLog disk = TemporaryLog.onXodus();
        EnvelopeVerifier verifier = VerifyBenchmark.verifier(extensions)) {
      EventStore log = disk.log();
      try (Streams streams =
              new Streams(
                      log,
                      log,
                      log.journal(),
                      extensions,
                      verifier,
                      Clock.systemUTC(),
                      new Streams.Settings(NetworkId.INMEMORY, TieBreak.JS_CERAMIC, CACHE_BYTES))
                  .start();
          AnchorService service =
              new AnchorService(
                  log,
                  extensions,
                  () -> Optional.of(AnchoredStreams.of(streams)),
                  settings(),
                  InstantSource.system())) {
        streams.anchorRequests(service);
        List<Cid> tips = create(streams);
        settle();
        say("live heap with %,d requests waiting: %,d MiB", requests, liveMiB());
        tree(tips);
        // Each batch runs on warmer code than the one before.
        for (int left = requests; left > 0; left -= batch) {
          anchor(service, Math.min(batch, left));
        }
        streams.anchorRequests(null);
      }
      alone(log);
    }
  }

  private AnchorSettings settings() {
    return new AnchorSettings(
        true,
        false,
        InMemoryChain.CHAIN_ID,
        Duration.ZERO,
        batch,
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        1_536,
        Duration.ofDays(1));
  }

  private List<Cid> create(Streams streams) throws InterruptedException {
    Author author = Samples.author(7);
    Cid[] tips = new Cid[requests];
    WriteOptions options = new WriteOptions(true, false, true, Deadline.NONE);
    Start start = Start.now();
    inParallel(
        requests,
        i -> {
          SignedEvent init = author.tile(Samples.content(i), "unique" + i);
          streams.create(Samples.TILE, Samples.decode(init), options);
          tips[i] = init.cid();
        });
    start.rate("streams created, each with a request", requests);
    return List.of(tips);
  }

  private void tree(List<Cid> tips) {
    List<Cid> leaves = tips.subList(0, Math.min(batch, tips.size()));
    MerkleTree.of(leaves.subList(0, Math.min(5_000, leaves.size())));
    Start start = Start.now();
    MerkleTree.of(leaves);
    start.rate("leaves of the tree alone", leaves.size());
  }

  private static void anchor(AnchorService service, int expected) {
    long batches = service.overview().batchesDone();
    long events = service.overview().eventsWritten();
    Start start = Start.now();
    service.anchorNow();
    long most = 0;
    while (service.overview().batchesDone() == batches) {
      LockSupport.parkNanos(20_000_000);
      most = Math.max(most, afterCollectionMiB());
    }
    start.rate("requests anchored: collected, tree, time events written", expected);
    say("live heap after collections meanwhile, at most: %,d MiB", most);
    if (service.overview().eventsWritten() != events + expected) {
      throw new IllegalStateException(service.overview().toString());
    }
  }

  /** The same time events once more, into a log of its own. */
  private void alone(EventStore from) throws Exception {
    List<NewEvent> events = new ArrayList<>();
    from.scan(
        0,
        stored -> {
          if (stored.event().kind() == LogEntry.Kind.TIME) {
            events.add(stored.event());
          }
          return true;
        });
    say(
        "a time event has %d blocks of %,d bytes on the average",
        events.get(0).blocks().size(),
        events.stream().flatMap(e -> e.blocks().stream()).mapToLong(b -> b.size()).sum()
            / events.size());
    settle();
    try (TemporaryLog disk = TemporaryLog.onXodus()) {
      Start start = Start.now();
      inParallel(events.size(), i -> disk.log().append(List.of(events.get(i)), Deadline.NONE));
      start.rate("the log alone, one by one, " + IN_FLIGHT + " at a time", events.size());
    }
    try (TemporaryLog disk = TemporaryLog.onXodus()) {
      fill(from, disk.log());
      settle();
      Start start = Start.now();
      inParallel(events.size(), i -> disk.log().append(List.of(events.get(i)), Deadline.NONE));
      start.rate("the same, with the streams they belong to in that log already", events.size());
    }
    settle();
    try (TemporaryLog disk = TemporaryLog.onXodus()) {
      Start start = Start.now();
      for (int i = 0; i < events.size(); i += 512) {
        disk.log().append(events.subList(i, Math.min(events.size(), i + 512)), Deadline.NONE);
      }
      start.rate("the log alone, 512 at once", events.size());
    }
  }

  /** With what the log holds that the batch is anchored in. */
  private static void fill(EventStore from, EventStore to) {
    List<NewEvent> some = new ArrayList<>(512);
    from.scan(
        0,
        stored -> {
          if (stored.event().kind() == LogEntry.Kind.INIT) {
            some.add(stored.event());
          }
          if (some.size() == 512) {
            append(some, to);
          }
          return true;
        });
    append(some, to);
  }

  private static void append(List<NewEvent> events, EventStore to) {
    try {
      to.append(List.copyOf(events), Deadline.NONE);
    } catch (LogBusyException e) {
      throw new IllegalStateException(e);
    }
    events.clear();
  }

  @FunctionalInterface
  private interface Task {
    void run(int index) throws Exception;
  }

  private static void inParallel(int count, Task task) throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicInteger failed = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        int index = i;
        room.acquire();
        threads.execute(
            () -> {
              try {
                task.run(index);
              } catch (Exception e) {
                failed.incrementAndGet();
              } finally {
                room.release();
              }
            });
      }
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " of " + count + " failed");
    }
  }

  private static void settle() throws InterruptedException {
    System.gc();
    Thread.sleep(2_000);
  }

  private static long liveMiB() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
  }

  private static long afterCollectionMiB() {
    long bytes = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && usage != null) {
        bytes += usage.getUsed();
      }
    }
    return bytes >> 20;
  }

  /** A moment, on the wall and in the processor time of this process. */
  private record Start(long nanos, long cpuNanos) {
    static Start now() {
      return new Start(System.nanoTime(), cpu());
    }

    /** Processor time as well, since on a busy machine the clock measures the neighbours. */
    void rate(String what, int count) {
      double seconds = (System.nanoTime() - nanos) / 1e9;
      say(
          "%,9.0f a second, %,4d us of CPU each: %,d %s, %.1f s",
          count / seconds, (cpu() - cpuNanos) / 1000 / count, count, what, seconds);
    }

    private static long cpu() {
      return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
  }

  private static void say(String form, Object... values) {
    System.out.printf(form + "%n", values);
  }
}
