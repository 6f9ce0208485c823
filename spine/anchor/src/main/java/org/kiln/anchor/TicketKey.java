package org.kiln.anchor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * The keys of the table of tickets. {@code 02 | length of tip (1) | tip | stream}: a ticket; {@code
 * 03 | length of tip (1) | tip | client (8)}: the stream under which that client asked for that tip
 * last. Before streams told tickets apart, a ticket's key was its tip alone, which begins with 01.
 */
final class TicketKey {
  private static final byte TICKET = 2;
  private static final byte ASKED = 3;
  private static final int CLIENT_BYTES = 8;

  /** Where the tickets end, those of either kind of key. */
  static final byte[] END_OF_TICKETS = {ASKED};

  private TicketKey() {}

  static byte[] ticket(Cid tip, StreamId stream) {
    return join(tickets(tip), stream.bytes());
  }

  /** What the keys of all tickets of a tip begin with. */
  static byte[] tickets(Cid tip) {
    return head(TICKET, tip);
  }

  static byte[] asked(Cid tip, byte[] client) {
    return join(askers(tip), client);
  }

  /** What the keys of all who asked for a tip begin with. */
  static byte[] askers(Cid tip) {
    return head(ASKED, tip);
  }

  /** A client as it stands in keys. */
  static byte[] client(String client) {
    byte[] hash = Cid.sha256(Cid.RAW, client.getBytes(StandardCharsets.UTF_8)).digest();
    return Arrays.copyOf(hash, CLIENT_BYTES);
  }

  /** The client in a key of {@link #asked}. */
  static byte[] client(byte[] askedKey) {
    return Arrays.copyOfRange(askedKey, askedKey.length - CLIENT_BYTES, askedKey.length);
  }

  /** The tip in a ticket's key. */
  static Cid tip(byte[] ticketKey) {
    return ticketKey[0] == TICKET
        ? Cid.of(Arrays.copyOfRange(ticketKey, 2, 2 + (ticketKey[1] & 0xff)))
        : Cid.of(ticketKey);
  }

  static boolean beginsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] head(byte kind, Cid tip) {
    byte[] bytes = tip.bytes();
    if (bytes.length > 0xff) {
      throw new IllegalArgumentException("CID " + tip + " is too long to be asked for");
    }
    return join(new byte[] {kind, (byte) bytes.length}, bytes);
  }

  private static byte[] join(byte[] head, byte[] tail) {
    byte[] key = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, key, head.length, tail.length);
    return key;
  }
}
