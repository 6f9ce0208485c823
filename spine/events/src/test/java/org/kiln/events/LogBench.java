package org.kiln.events;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.stream.EventId;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.events.order.KeySum;
import org.kiln.events.order.RangeUpdate;
import org.kiln.events.write.WriterStats;
import org.kiln.store.xodus.XodusBackend;

/**
 * Measures the log on Xodus: durable appends alone and in batches, reads, range hashes over more
 * and more keys. Run its main method with {@code append}, {@code group}, {@code hash}, or all of
 * them.
 */
public final class LogBench implements AutoCloseable {
  private static final byte[] MAX = {(byte) 0xff};

  private final Path directory;
  private final Store store;
  private final EventStore log;
  private long cpuBefore = cpuNanos();

  /** A log in a temporary directory. */
  public LogBench(Map<String, String> settings) throws IOException {
    directory = Files.createTempDirectory("kiln-log-bench");
    store = new XodusBackend().open(StoreSpec.of(directory, NodeTables.ALL, settings));
    log = EventStore.open(store);
  }

  /** The log that is measured. */
  public EventStore log() {
    return log;
  }

  /** Runs the measurements that are named. */
  public static void main(String[] args) throws Exception {
    List<String> what = args.length == 0 ? List.of("append", "group", "hash") : List.of(args);
    for (String one : what) {
      try (LogBench bench = new LogBench(Map.of())) {
        switch (one) {
          case "append" -> bench.append();
          case "group" -> bench.group();
          case "hash" -> bench.hash();
          case "long" -> bench.sustained(Integer.getInteger("events", 1_000_000));
          default -> throw new IllegalArgumentException("Nothing to measure called " + one);
        }
      }
    }
  }

  /** The system property {@code batches}, for example {@code 1,32,512}. */
  private static int[] batches() {
    return Arrays.stream(System.getProperty("batches", "1,32,512").split(","))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private void append() throws LogBusyException {
    Random random = new Random(1);
    time("warm up", random, 32, 20_000);
    for (int batch : batches()) {
      time("append", random, batch, batch == 1 ? 10_000 : 60_000);
    }
  }

  private void time(String name, Random random, int batch, int count) throws LogBusyException {
    List<List<NewEvent>> batches = new ArrayList<>();
    for (int i = 0; i < count; i += batch) {
      batches.add(events(random, batch));
    }
    long[] took = new long[batches.size()];
    cpuBefore = cpuNanos();
    long start = System.nanoTime();
    for (int i = 0; i < took.length; i++) {
      long began = System.nanoTime();
      log.append(batches.get(i), Deadline.NONE);
      took[i] = System.nanoTime() - began;
    }
    report(name + " batch " + batch, (long) took.length * batch, System.nanoTime() - start, took);
  }

  private void sustained(int total) throws LogBusyException {
    Random random = new Random(1);
    for (int done = 0; done < total; done += 100_000) {
      time("sustained " + (done + 100_000), random, 256, 100_000);
    }
    reads(random);
  }

  private void reads(Random random) {
    List<org.kiln.api.stream.StreamId> streams = new ArrayList<>();
    log.scan(
        0,
        stored -> {
          if (random.nextInt(20) == 0) {
            streams.add(stored.event().stream());
          }
          return true;
        });
    int n = 20_000;
    long[] took = new long[n];
    cpuBefore = cpuNanos();
    long start = System.nanoTime();
    for (int i = 0; i < n; i++) {
      long began = System.nanoTime();
      log.scanStream(streams.get(random.nextInt(streams.size())), 0, stored -> true);
      took[i] = System.nanoTime() - began;
    }
    report("random stream scans", n, System.nanoTime() - start, took);
  }

  private void group() throws Exception {
    int threads = 64;
    int each = 1_000;
    List<List<NewEvent>> work = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      work.add(events(new Random(100 + thread), each));
    }
    cpuBefore = cpuNanos();
    long start = System.nanoTime();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (List<NewEvent> mine : work) {
        running.add(
            callers.submit(
                () -> {
                  for (NewEvent event : mine) {
                    log.append(List.of(event), Deadline.NONE);
                  }
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    report("group commit, 64 callers", (long) threads * each, System.nanoTime() - start, null);
    WriterStats stats = log.writerStats();
    System.out.printf("  %.1f events a batch%n", (double) stats.batchedEvents() / stats.batches());
  }

  private void hash() {
    Random random = new Random(2);
    int have = 0;
    for (int size : new int[] {10_000, 100_000, 1_000_000}) {
      while (have < size) {
        have += fill(random, Math.min(2_000, size - have));
      }
      for (int warm = 0; warm < 2_000; warm++) {
        query(random);
      }
      int n = 3_000;
      long[] took = new long[n];
      cpuBefore = cpuNanos();
      long start = System.nanoTime();
      for (int i = 0; i < n; i++) {
        long began = System.nanoTime();
        query(random);
        took[i] = System.nanoTime() - began;
      }
      report("range hash over " + size + " keys", n, System.nanoTime() - start, took);
    }
  }

  /** Keys alone, without events. */
  private int fill(Random random, int count) {
    TreeMap<byte[], KeySum> keys = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = 0; i < count; i++) {
      byte[] key = key(random);
      keys.put(key, KeySum.of(key));
    }
    store.write(
        batch -> {
          keys.keySet().forEach(key -> batch.put(NodeTables.ORDER, key, new byte[8]));
          RangeUpdate.add(batch, keys);
        },
        Durability.BUFFERED);
    return keys.size();
  }

  private static byte[] key(Random random) {
    byte[] seed = new byte[32];
    random.nextBytes(seed);
    org.kiln.api.ipld.Cid cid =
        org.kiln.api.ipld.Cid.ofDigest(
            org.kiln.api.ipld.Cid.DAG_JOSE, org.kiln.api.ipld.Cid.SHA2_256, seed);
    EventId id = TestEvents.id(org.kiln.api.stream.StreamId.of(3, cid), cid);
    return id.bytes();
  }

  private void query(Random random) {
    byte[] one = key(random);
    byte[] two = key(random);
    boolean ordered = Arrays.compareUnsigned(one, two) < 0;
    log.rangeHash(ordered ? one : two, ordered ? two : MAX);
  }

  /** Of the writer and of this thread: what other work on the machine falsifies least. */
  private static long cpuNanos() {
    java.lang.management.ThreadMXBean threads =
        java.lang.management.ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("kiln-log-writer")) {
        cpu += threads.getThreadCpuTime(thread.threadId());
      }
    }
    return cpu;
  }

  private static List<NewEvent> events(Random random, int count) {
    List<NewEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(TestEvents.init(random));
    }
    return events;
  }

  private void report(String name, long count, long nanos, long[] took) {
    double seconds = nanos / 1e9;
    String latency = "";
    if (took != null) {
      Arrays.sort(took);
      latency =
          "p50 %.2f ms, p99 %.2f ms, max %.1f ms"
              .formatted(
                  took[took.length / 2] / 1e6,
                  took[took.length * 99 / 100] / 1e6,
                  took[took.length - 1] / 1e6);
    }
    long cpu = cpuNanos() - cpuBefore;
    cpuBefore = cpuNanos();
    System.out.printf(
        "%-28s %,9.0f/s  %,6.0f us CPU each  %s  disk %,d MiB%n",
        name, count / seconds, cpu / 1e3 / count, latency, log.stats().diskBytes() >> 20);
  }

  @Override
  public void close() throws IOException {
    log.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
