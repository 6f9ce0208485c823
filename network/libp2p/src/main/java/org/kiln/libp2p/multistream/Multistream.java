package org.kiln.libp2p.multistream;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.kiln.api.ipld.Varint;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.Duplex;
import org.kiln.libp2p.io.Frames;

/**
 * multistream-select 1.0: two sides agree on what to speak. Reads no byte beyond its own messages,
 * so that what the peer sent along is left for the protocol.
 *
 * @see <a href="https://github.com/multiformats/multistream-select">multistream-select</a>
 */
public final class Multistream {
  /** Longest message read or written. */
  public static final int MAX_MESSAGE = 1024;

  /** Proposals heard out before a peer is given up. */
  public static final int MAX_PROPOSALS = 32;

  private static final String HEADER = "/multistream/1.0.0";
  private static final String NOT_AVAILABLE = "na";

  private Multistream() {}

  /**
   * Proposes protocols, one after the other.
   *
   * @return the one agreed on, empty when the peer speaks none
   * @throws IOException when the peer breaks the rules, goes, or the deadline passes
   */
  public static Optional<String> propose(Duplex io, List<String> protocols, Deadline deadline)
      throws IOException {
    boolean first = true;
    for (String protocol : protocols) {
      // The header and the first proposal travel together: one round trip in the common case.
      if (first) {
        send(io, deadline, HEADER, protocol);
        expectHeader(io, deadline);
        first = false;
      } else {
        send(io, deadline, protocol);
      }
      String answer = receive(io, deadline);
      if (answer.equals(protocol)) {
        return Optional.of(protocol);
      }
      if (!answer.equals(NOT_AVAILABLE)) {
        throw new IOException("Proposed " + protocol + " and was answered '" + answer + "'");
      }
    }
    return Optional.empty();
  }

  /**
   * Answers the peer's proposals until one is accepted.
   *
   * @param accepts gives what is behind an id, null when it is not spoken
   * @return what {@code accepts} gave for the id agreed on
   * @throws IOException when the peer breaks the rules, gives up, goes, or the deadline passes
   */
  public static <T> T answer(Duplex io, Function<String, T> accepts, Deadline deadline)
      throws IOException {
    send(io, deadline, HEADER);
    expectHeader(io, deadline);
    for (int i = 0; i < MAX_PROPOSALS; i++) {
      String proposal = receive(io, deadline);
      T accepted = proposal.startsWith("/") ? accepts.apply(proposal) : null;
      if (accepted != null) {
        send(io, deadline, proposal);
        return accepted;
      }
      send(io, deadline, NOT_AVAILABLE);
    }
    throw new IOException("No agreement on a protocol after " + MAX_PROPOSALS + " proposals");
  }

  private static void expectHeader(Duplex io, Deadline deadline) throws IOException {
    String header = receive(io, deadline);
    if (!header.equals(HEADER)) {
      throw new IOException("Expected " + HEADER + ", got '" + header + "'");
    }
  }

  private static void send(Duplex io, Deadline deadline, String... messages) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String message : messages) {
      byte[] text = message.getBytes(StandardCharsets.UTF_8);
      if (text.length >= MAX_MESSAGE) {
        throw new IllegalArgumentException("A protocol id of " + text.length + " bytes");
      }
      Varint.write(text.length + 1L, out);
      out.writeBytes(text);
      out.write('\n');
    }
    io.write(out.toByteArray(), 0, out.size(), deadline);
  }

  private static String receive(Duplex io, Deadline deadline) throws IOException {
    byte[] message = Frames.read(io, MAX_MESSAGE, deadline);
    if (message == null) {
      throw new EOFException("The peer left before a protocol was agreed on");
    }
    if (message.length == 0 || message[message.length - 1] != '\n') {
      throw new IOException("A multistream message that does not end with a newline");
    }
    String text = new String(message, 0, message.length - 1, StandardCharsets.UTF_8);
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IOException("A multistream message with control characters");
    }
    return text;
  }
}
