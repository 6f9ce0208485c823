package org.kiln.libp2p.host;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;

/**
 * Dials peers: several addresses side by side, the first connection that stands wins and the others
 * are closed. One dial a peer at a time, none while it is backed off. Thread-safe.
 */
final class Dialler {
  private static final int MAX_TRIED = 8;
  private static final int AT_ONCE = 3;
  private static final long STAGGER_MS = 250;
  private static final Duration TIME = Duration.ofSeconds(15);

  /** Dials one address and upgrades the connection. */
  interface Attempt {
    Connection connect(PeerId peer, Multiaddr address, Deadline deadline) throws IOException;
  }

  private record Outcome(Connection connection, Multiaddr address, IOException failure) {}

  private final Attempt attempt;
  private final DialBackoff backoff;
  private final Map<PeerId, CompletableFuture<Connection>> dialling = new ConcurrentHashMap<>();

  Dialler(Attempt attempt, DialBackoff backoff) {
    this.attempt = attempt;
    this.backoff = backoff;
  }

  /** A connection to that peer, by whoever's dial. */
  Connection dial(PeerId peer, List<Multiaddr> addresses, Deadline deadline) throws IOException {
    if (addresses.isEmpty()) {
      throw new IOException("No address of peer " + peer + " is known that may be dialled");
    }
    long wait = backoff.waitMs(peer);
    if (wait > 0) {
      throw new IOException(
          "Peer " + peer + " could not be reached lately; next try in " + wait + " ms");
    }
    CompletableFuture<Connection> ours = new CompletableFuture<>();
    CompletableFuture<Connection> theirs = dialling.putIfAbsent(peer, ours);
    if (theirs == null) {
      Thread.ofVirtual()
          .name("libp2p dial " + peer)
          .start(
              () -> {
                try {
                  Connection connection = race(peer, addresses, Deadline.in(TIME));
                  backoff.succeeded(peer);
                  ours.complete(connection);
                } catch (IOException | RuntimeException e) {
                  backoff.failed(peer);
                  ours.completeExceptionally(e);
                } finally {
                  dialling.remove(peer, ours);
                }
              });
    }
    return await(theirs == null ? ours : theirs, peer, deadline);
  }

  private static Connection await(
      CompletableFuture<Connection> dial, PeerId peer, Deadline deadline) throws IOException {
    try {
      return dial.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("Peer " + peer + " did not answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while dialling " + peer, e);
    }
  }

  private Connection race(PeerId peer, List<Multiaddr> addresses, Deadline deadline)
      throws IOException {
    ArrayDeque<Multiaddr> waiting =
        new ArrayDeque<>(addresses.stream().distinct().limit(MAX_TRIED).toList());
    LinkedBlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    int running = 0;
    StringBuilder failures = new StringBuilder();
    try {
      while (running > 0 || !waiting.isEmpty()) {
        if (!waiting.isEmpty() && running < AT_ONCE) {
          start(peer, waiting.poll(), deadline, outcomes, over);
          running++;
        }
        boolean more = !waiting.isEmpty() && running < AT_ONCE;
        long patience = more ? STAGGER_MS : Math.max(1, deadline.remaining().toMillis());
        Outcome outcome = outcomes.poll(patience, TimeUnit.MILLISECONDS);
        if (outcome == null && deadline.expired()) {
          throw new SocketTimeoutException("Peer " + peer + " did not answer in time" + failures);
        }
        if (outcome == null) {
          continue;
        }
        running--;
        if (outcome.connection != null) {
          return outcome.connection;
        }
        failures
            .append("; ")
            .append(outcome.address)
            .append(": ")
            .append(outcome.failure.getMessage());
      }
      throw new IOException("Peer " + peer + " cannot be reached" + failures);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while dialling " + peer, e);
    } finally {
      over.set(true);
      outcomes.forEach(Dialler::discard);
    }
  }

  private void start(
      PeerId peer,
      Multiaddr address,
      Deadline deadline,
      LinkedBlockingQueue<Outcome> outcomes,
      AtomicBoolean over) {
    Thread.ofVirtual()
        .name("libp2p dial " + address)
        .start(
            () -> {
              Outcome outcome;
              try {
                outcome = new Outcome(attempt.connect(peer, address, deadline), address, null);
              } catch (IOException e) {
                outcome = new Outcome(null, address, e);
              } catch (RuntimeException e) {
                outcome = new Outcome(null, address, new IOException(e));
              }
              outcomes.add(outcome);
              if (over.get() && outcomes.remove(outcome)) {
                discard(outcome);
              }
            });
  }

  /** A second connection that came too late to be of use. */
  private static void discard(Outcome late) {
    if (late.connection != null) {
      late.connection.close();
    }
  }
}
