package org.kiln.libp2p.ping;

import java.io.EOFException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;

/** Sends back every 32 bytes it gets, for as long as the peer likes. Thread-safe. */
public final class Ping implements NetworkProtocol {
  /** Its id. */
  public static final String ID = "/ipfs/ping/1.0.0";

  private static final int SIZE = 32;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final SecureRandom RANDOM = new SecureRandom();

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public int maxStreamsPerPeer() {
    return 2;
  }

  @Override
  public void serve(PeerStream stream) throws IOException {
    byte[] bytes = new byte[SIZE];
    while (fill(stream, bytes, Deadline.in(IDLE))) {
      stream.write(bytes, 0, SIZE, Deadline.in(ANSWER));
    }
  }

  /** False at an end that comes between two pings. */
  private static boolean fill(PeerStream stream, byte[] bytes, Deadline deadline)
      throws IOException {
    int done = 0;
    while (done < SIZE) {
      int read = stream.read(bytes, done, SIZE - done, deadline);
      if (read < 0 && done == 0) {
        return false;
      }
      if (read < 0) {
        throw new EOFException("A ping of " + done + " bytes");
      }
      done += read;
    }
    return true;
  }

  /**
   * Asks once on a fresh stream.
   *
   * @return round trip in nanoseconds
   * @throws IOException when the answer is missing, late or another
   */
  public static long ask(PeerStream stream) throws IOException {
    Deadline deadline = Deadline.in(ANSWER);
    byte[] sent = new byte[SIZE];
    RANDOM.nextBytes(sent);
    long started = System.nanoTime();
    stream.write(sent, 0, SIZE, deadline);
    byte[] answer = new byte[SIZE];
    if (!fill(stream, answer, deadline) || !Arrays.equals(sent, answer)) {
      throw new IOException("A ping was answered with other bytes");
    }
    return System.nanoTime() - started;
  }
}
