package org.kiln.type.caip10.sr25519;

import java.nio.charset.StandardCharsets;

/**
 * The duplex Merlin is made of: STROBE at 128 bits of security over Keccak-f[1600], of which Merlin
 * needs three operations. Not thread-safe.
 *
 * @see <a href="https://strobe.sourceforge.io/specs/">STROBE v1.0.2</a>
 */
final class Strobe128 {
  /** Bytes absorbed or given between two permutations: 200 less the capacity's 32 and two more. */
  private static final int RATE = 166;

  private static final int INBOUND = 1;
  private static final int APPLICATION = 1 << 1;
  private static final int CIPHER = 1 << 2;
  private static final int META = 1 << 4;

  private final long[] lanes = new long[25];
  private int position;
  private int begin;

  Strobe128(String protocol) {
    byte[] head = {1, (byte) (RATE + 2), 1, 0, 1, 96};
    byte[] version = "STROBEv1.0.2".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < head.length; i++) {
      xor(i, head[i]);
    }
    for (int i = 0; i < version.length; i++) {
      xor(head.length + i, version[i]);
    }
    Keccak.permute(lanes);
    metaAd(protocol.getBytes(StandardCharsets.US_ASCII), false);
  }

  /** Takes in what frames the data; {@code more} goes on with the operation before. */
  void metaAd(byte[] bytes, boolean more) {
    operate(META | APPLICATION, more);
    absorb(bytes);
  }

  /** Takes in associated data. */
  void ad(byte[] bytes) {
    operate(APPLICATION, false);
    absorb(bytes);
  }

  /** Bytes that follow from all that was taken in. */
  byte[] prf(int size) {
    operate(INBOUND | APPLICATION | CIPHER, false);
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) {
      int shift = position % Long.BYTES * Byte.SIZE;
      int lane = position / Long.BYTES;
      out[i] = (byte) (lanes[lane] >>> shift);
      lanes[lane] &= ~(0xffL << shift);
      advance();
    }
    return out;
  }

  private void operate(int flags, boolean more) {
    if (more) {
      return;
    }
    int before = begin;
    begin = position + 1;
    absorb(new byte[] {(byte) before, (byte) flags});
    if ((flags & CIPHER) != 0 && position != 0) {
      run();
    }
  }

  private void absorb(byte[] bytes) {
    for (byte b : bytes) {
      xor(position, b);
      advance();
    }
  }

  private void advance() {
    position++;
    if (position == RATE) {
      run();
    }
  }

  private void run() {
    xor(position, (byte) begin);
    xor(position + 1, (byte) 0x04);
    xor(RATE + 1, (byte) 0x80);
    Keccak.permute(lanes);
    position = 0;
    begin = 0;
  }

  private void xor(int at, byte value) {
    lanes[at / Long.BYTES] ^= (value & 0xffL) << at % Long.BYTES * Byte.SIZE;
  }
}
