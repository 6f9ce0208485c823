package org.kiln.itests.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;

/**
 * A peer that calls a protocol of the node over one connection, each call a stream, from several
 * threads until it is closed.
 */
final class PeerLoad implements AutoCloseable {
  /** A node gives up peers that open more than 200 streams a second. */
  private static final long PAUSE_NANOS = 25_000_000;

  private final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
  private final String protocol;
  private final PeerId node;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong worstNanos = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Set<String> versions = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  /** Connects to the node whose data lies there. */
  PeerLoad(Path data, String listen, String protocol) throws Exception {
    this.protocol = protocol;
    this.node = HostKey.load(data.resolve("libp2p/identity.key")).publicKey().peerId();
    host.start();
    Multiaddr address = Multiaddrs.parse(listen);
    Await.until(
        "the node takes peers",
        () -> {
          try {
            host.connect(node, List.of(address), soon());
            return true;
          } catch (IOException e) {
            return false; // not listening yet
          }
        });
  }

  PeerLoad start(int callers) {
    for (int i = 0; i < callers; i++) {
      int caller = i;
      threads.add(Thread.ofPlatform().daemon().start(() -> run(caller)));
    }
    return this;
  }

  private void run(int caller) {
    for (int i = 0; !over && failures.isEmpty(); i++) {
      String question = caller + "-" + i;
      long begin = System.nanoTime();
      try (PeerStream stream = host.open(node, List.of(protocol), soon())) {
        stream.writeFrame(question.getBytes(StandardCharsets.UTF_8), soon());
        stream.closeWrite();
        byte[] frame = stream.readFrame(1024, soon());
        String answer = frame == null ? "nothing" : new String(frame, StandardCharsets.UTF_8);
        if (!answer.endsWith(" " + question)) {
          failures.add(question + " was answered " + answer);
        }
        versions.add(answer.split(" ")[0]);
      } catch (IOException e) {
        failures.add(question + ": " + e);
      }
      worstNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
      calls.incrementAndGet();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  int calls() {
    return calls.get();
  }

  /** The longest since the last call, in milliseconds. */
  long worstMillis() {
    return worstNanos.getAndSet(0) / 1_000_000;
  }

  /** What went wrong; the first failure ends the calls. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Of the protocol, as it says in its answers. */
  Set<String> versions() {
    return Set.copyOf(versions);
  }

  /** Whether it is still the connection it began with. */
  int connections() {
    return host.counts().outbound();
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join(60_000);
    }
    host.close();
  }
}
