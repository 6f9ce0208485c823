package org.kiln.net.recon.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes CBOR: definite lengths in their shortest form, as serde_cbor does. For one thread. */
final class CborWriter {
  private byte[] out = new byte[512];
  private int size;

  private void room(long bytes) {
    if (size + bytes > out.length) {
      out = Arrays.copyOf(out, (int) Math.max(size + bytes, 2L * out.length));
    }
  }

  CborWriter head(int major, long argument) {
    room(9);
    int type = major << 5;
    if (argument < 24) {
      out[size++] = (byte) (type | (int) argument);
    } else if (argument < 1 << 8) {
      number(type | 24, argument, 1);
    } else if (argument < 1 << 16) {
      number(type | 25, argument, 2);
    } else if (argument < 1L << 32) {
      number(type | 26, argument, 4);
    } else {
      number(type | 27, argument, 8);
    }
    return this;
  }

  private void number(int first, long argument, int width) {
    out[size++] = (byte) first;
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      out[size++] = (byte) (argument >>> shift);
    }
  }

  CborWriter map(int entries) {
    return head(CborReader.MAP, entries);
  }

  CborWriter list(int items) {
    return head(CborReader.ARRAY, items);
  }

  CborWriter uint(long value) {
    return head(CborReader.UINT, value);
  }

  CborWriter bytes(byte[] value) {
    return string(CborReader.BYTES, value);
  }

  CborWriter text(String value) {
    return string(CborReader.TEXT, value.getBytes(StandardCharsets.UTF_8));
  }

  CborWriter text(byte[] utf8) {
    return string(CborReader.TEXT, utf8);
  }

  private CborWriter string(int major, byte[] value) {
    head(major, value.length);
    room(value.length);
    System.arraycopy(value, 0, out, size, value.length);
    size += value.length;
    return this;
  }

  /** Bytes as a list of numbers. */
  CborWriter octets(byte[] value) {
    list(value.length);
    room(2L * value.length);
    for (byte b : value) {
      int octet = b & 0xff;
      if (octet >= 24) {
        out[size++] = 24;
      }
      out[size++] = b;
    }
    return this;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(out, size);
  }
}
