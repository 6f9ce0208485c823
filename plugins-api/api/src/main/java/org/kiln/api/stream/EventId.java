package org.kiln.api.stream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Varint;

/**
 * The sort key of an event in Recon, as ceramic-one deploys it:
 *
 * <pre>ce 01 | 05 | varint(network) | sep (8) | controller (8) | init (4) | event CID</pre>
 *
 * <p>{@code sep} is the last eight bytes of sha2-256 over the separator key's text followed by the
 * separator value; {@code controller} the same of the init event's controller; {@code init} the
 * last four bytes of the init event's CID. Order is unsigned bytewise. Without an event CID it is
 * the bound of a range. Immutable.
 *
 * @see <a href="https://github.com/ceramicnetwork/CIPs/blob/main/CIPs/cip-124.md">CIP-124</a>
 */
public final class EventId implements Comparable<EventId> {
  /** The stream type number that marks an EventId. */
  public static final int TYPE = 5;

  private static final int STREAM_BYTES = 20;

  private final byte[] bytes;
  private final int eventAt;

  private EventId(byte[] bytes, int eventAt) {
    this.bytes = bytes;
    this.eventAt = eventAt;
  }

  /**
   * The EventId of an event.
   *
   * @param network the network
   * @param separatorKey name of the init header field that separates, normally {@code model}
   * @param separatorValue the raw bytes of that field
   * @param controller the init event's controller
   * @param init CID of the stream's init event
   * @param event CID of the event
   */
  public static EventId of(
      NetworkId network,
      String separatorKey,
      byte[] separatorValue,
      String controller,
      Cid init,
      Cid event) {
    ByteArrayOutputStream out = start(network, separatorKey, separatorValue);
    out.writeBytes(tail(sha256(controller.getBytes(StandardCharsets.UTF_8), new byte[0]), 8));
    out.writeBytes(tail(init.bytes(), 4));
    int eventAt = out.size();
    event.writeTo(out);
    return new EventId(out.toByteArray(), eventAt);
  }

  /** The bytes that all EventIds of that separator begin with. */
  public static byte[] prefix(NetworkId network, String separatorKey, byte[] separatorValue) {
    return start(network, separatorKey, separatorValue).toByteArray();
  }

  /**
   * Reads an EventId with an event CID.
   *
   * @throws IllegalArgumentException when the bytes are none, or only the bound of a range
   */
  public static EventId of(byte[] source) {
    Varint.Decoded codec = Varint.read(source, 0);
    Varint.Decoded type = Varint.read(source, codec.next());
    if (codec.value() != StreamId.CODEC || type.value() != TYPE) {
      throw new IllegalArgumentException("Not an EventId: does not begin with ce 01 05");
    }
    Varint.Decoded network = Varint.read(source, type.next());
    int eventAt = network.next() + STREAM_BYTES;
    if (eventAt >= source.length) {
      throw new IllegalArgumentException("Not an EventId: no event CID");
    }
    Cid.Decoded event = Cid.read(source, eventAt);
    if (event.next() != source.length) {
      throw new IllegalArgumentException("Not an EventId: bytes after the event CID");
    }
    return new EventId(source.clone(), eventAt);
  }

  /** The EventId of another event of the same stream. */
  public EventId withEvent(Cid event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    out.write(bytes, 0, eventAt);
    event.writeTo(out);
    return new EventId(out.toByteArray(), eventAt);
  }

  /** The network number. */
  public long network() {
    return Varint.read(bytes, 3).value();
  }

  /** A copy of the separator's eight bytes. */
  public byte[] separator() {
    return Arrays.copyOfRange(bytes, eventAt - STREAM_BYTES, eventAt - STREAM_BYTES + 8);
  }

  /** A copy of the controller's eight bytes. */
  public byte[] controller() {
    return Arrays.copyOfRange(bytes, eventAt - STREAM_BYTES + 8, eventAt - STREAM_BYTES + 16);
  }

  /** A copy of the init event's four bytes. */
  public byte[] init() {
    return Arrays.copyOfRange(bytes, eventAt - 4, eventAt);
  }

  /** The event's CID. */
  public Cid event() {
    return Cid.read(bytes, eventAt).cid();
  }

  /** A copy of the binary form. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The EventId in these bytes, empty when they are none (for example the bound of a range). */
  public static Optional<EventId> tryOf(byte[] source) {
    try {
      return Optional.of(of(source));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(EventId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Lower-case hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  private static ByteArrayOutputStream start(NetworkId network, String key, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    Varint.write(StreamId.CODEC, out);
    Varint.write(TYPE, out);
    Varint.write(network.number(), out);
    out.writeBytes(tail(sha256(key.getBytes(StandardCharsets.UTF_8), value), 8));
    return out;
  }

  private static byte[] tail(byte[] source, int count) {
    return Arrays.copyOfRange(source, source.length - count, source.length);
  }

  private static byte[] sha256(byte[] first, byte[] second) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(first);
      return digest.digest(second);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
