package org.kiln.core.protobuf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.kiln.api.ipld.Varint;

/**
 * Writes the fields of one message in the order of the calls. Nothing is left out: a caller that
 * wants an empty field absent does not write it. Not thread-safe.
 */
public final class ProtobufWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A field of an integer type, shortest form; negative numbers take ten bytes. */
  public ProtobufWriter number(int field, long value) {
    Varint.write((long) field << 3, out);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /** A field of bytes. */
  public ProtobufWriter bytes(int field, byte[] value) {
    Varint.write((long) field << 3 | 2, out);
    Varint.write(value.length, out);
    out.writeBytes(value);
    return this;
  }

  /** A field of text. */
  public ProtobufWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message inside this one. */
  public ProtobufWriter message(int field, ProtobufWriter value) {
    return bytes(field, value.toByteArray());
  }

  /** A field as {@link ProtobufReader#raw()} gave it. */
  public ProtobufWriter raw(byte[] wholeField) {
    out.writeBytes(wholeField);
    return this;
  }

  /** Bytes written so far. */
  public int size() {
    return out.size();
  }

  /** The message. */
  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
