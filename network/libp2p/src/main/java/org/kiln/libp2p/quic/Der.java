package org.kiln.libp2p.quic;

import java.io.ByteArrayOutputStream;
import java.security.cert.CertificateException;
import java.util.Arrays;

/**
 * A walk over DER, one element after the other: definite and shortest lengths, one-byte tags. Goes
 * no deeper than it is asked to, and makes nothing but copies of what is there. Not thread-safe.
 */
final class Der {
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int UTF8 = 0x0c;
  static final int UTC_TIME = 0x17;
  static final int GENERALIZED_TIME = 0x18;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private final byte[] bytes;
  private final int end;
  private int at;

  private Der(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** A walk over those bytes, which nobody may change meanwhile. */
  static Der of(byte[] bytes) {
    return new Der(bytes, 0, bytes.length);
  }

  boolean more() {
    return at < end;
  }

  /** Whether the next element has that tag. */
  boolean next(int tag) {
    return more() && (bytes[at] & 0xff) == tag;
  }

  /** Steps over the next element, and walks over what is in it. */
  Der enter(int tag) throws CertificateException {
    int from = at;
    int length = header(tag);
    int content = at;
    if (length > end - content) {
      throw new CertificateException("The element at " + from + " is longer than what holds it");
    }
    at = content + length;
    return new Der(bytes, content, at);
  }

  /** The contents of the next element. */
  byte[] value(int tag) throws CertificateException {
    Der inside = enter(tag);
    return Arrays.copyOfRange(bytes, inside.at, inside.end);
  }

  /** The whole of the next element. */
  byte[] element(int tag) throws CertificateException {
    int from = at;
    enter(tag);
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** The bytes of a bit string that has no odd bits. */
  byte[] bits() throws CertificateException {
    byte[] value = value(BIT_STRING);
    if (value.length == 0 || value[0] != 0) {
      throw new CertificateException("A bit string that is not made of bytes");
    }
    return Arrays.copyOfRange(value, 1, value.length);
  }

  /** Nothing may follow. */
  void end() throws CertificateException {
    if (more()) {
      throw new CertificateException("There is more at " + at + " than belongs there");
    }
  }

  private int header(int tag) throws CertificateException {
    int found = octet();
    if (found != tag) {
      throw new CertificateException(
          "Tag %02x at %d where %02x belongs".formatted(found, at - 1, tag));
    }
    int first = octet();
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count < 1 || count > 3) {
      throw new CertificateException("A length of " + count + " bytes at " + at);
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = length << 8 | octet();
    }
    if (length < 0x80 || length >> 8 * (count - 1) == 0) {
      throw new CertificateException("A length in more bytes than it needs at " + at);
    }
    return length;
  }

  private int octet() throws CertificateException {
    if (at >= end) {
      throw new CertificateException("It ends within an element");
    }
    return bytes[at++] & 0xff;
  }

  /** An element made of those parts. */
  static byte[] write(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
