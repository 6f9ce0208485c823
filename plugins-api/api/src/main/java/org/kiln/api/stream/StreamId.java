package org.kiln.api.stream;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.ipld.Varint;

/**
 * The name of a stream: its type and the CID of its init event.
 *
 * <p>Binary form {@code ce 01 ‖ varint(type) ‖ CID}; text form base36 multibase. Immutable.
 *
 * @see <a href="https://github.com/ceramicnetwork/CIPs/blob/main/CIPs/cip-59.md">CIP-59</a>
 */
public final class StreamId implements Comparable<StreamId> {
  /** The multicodec of stream identifiers, 206. */
  public static final int CODEC = 0xce;

  /** The model of models: the {@code model} header of every Model stream; never loadable. */
  public static final StreamId MODEL = parse("kh4q0ozorrgaq2mezktnrmdwleo1d");

  private final int type;
  private final Cid init;
  private final byte[] bytes;
  private String text;

  private StreamId(int type, Cid init) {
    this.type = type;
    this.init = init;
    ByteArrayOutputStream out = new ByteArrayOutputStream(48);
    Varint.write(CODEC, out);
    Varint.write(type, out);
    init.writeTo(out);
    this.bytes = out.toByteArray();
  }

  /** The stream of that type whose init event has that CID. */
  public static StreamId of(int type, Cid init) {
    if (type < 0) {
      throw new IllegalArgumentException("Negative stream type " + type);
    }
    return new StreamId(type, init);
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when it is no StreamID, or carries a commit
   */
  public static StreamId of(byte[] source) {
    return StreamRefs.streamOnly(StreamRefs.read(source), Multibase.BASE16.encodeBody(source));
  }

  /**
   * Parses {@code <id>}, {@code ceramic://<id>} or {@code /ceramic/<id>}.
   *
   * @throws IllegalArgumentException when the text is no StreamID, or names a commit
   */
  public static StreamId parse(String text) {
    return StreamRefs.streamOnly(StreamRefs.parse(text), text);
  }

  /** The stream type number. */
  public int type() {
    return type;
  }

  /** The CID of the init event. */
  public Cid init() {
    return init;
  }

  /** A copy of the binary form. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** {@code ceramic://<id>}. */
  public String url() {
    return "ceramic://" + this;
  }

  @Override
  public int compareTo(StreamId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamId id && type == id.type && init.equals(id.init);
  }

  @Override
  public int hashCode() {
    return init.hashCode() + type;
  }

  /** The base36 text. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = Multibase.BASE36.encode(bytes);
      text = known;
    }
    return known;
  }
}
