package org.kiln.store.xodus;

import java.util.Arrays;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;

/**
 * How keys are written, so that their order stays and none is the beginning of another: 00 becomes
 * 01 01, 01 becomes 01 02, and 00 ends the key. Xodus's Patricia trees need it: they walk backwards
 * in the wrong order where keys begin with keys. Its B-trees do not, but read an entry's value to
 * compare its key, which makes them many times slower for us.
 */
final class KeyCode {
  private static final byte END = 0;
  private static final byte ESCAPE = 1;

  private KeyCode() {}

  /** A key as it is stored. */
  static ByteIterable key(byte[] key) {
    return new ArrayByteIterable(encode(key, 1));
  }

  /** Where a range begins or ends: before all stored keys that are not below the bound. */
  static ByteIterable bound(byte[] bound) {
    return new ArrayByteIterable(encode(bound, 0));
  }

  private static byte[] encode(byte[] plain, int ends) {
    int escapes = 0;
    for (byte b : plain) {
      escapes += isEscaped(b) ? 1 : 0;
    }
    if (escapes == 0) {
      return ends == 0 ? plain : Arrays.copyOf(plain, plain.length + ends);
    }
    byte[] coded = new byte[plain.length + escapes + ends];
    int at = 0;
    for (byte b : plain) {
      if (isEscaped(b)) {
        coded[at++] = ESCAPE;
        coded[at++] = (byte) (b + 1);
      } else {
        coded[at++] = b;
      }
    }
    return coded;
  }

  private static boolean isEscaped(byte b) {
    return b == END || b == ESCAPE;
  }

  /** The key from what is stored. */
  static byte[] decode(ByteIterable stored) {
    byte[] coded = stored.getBytesUnsafe();
    int length = stored.getLength() - 1;
    int escapes = 0;
    for (int i = 0; i < length; i++) {
      if (coded[i] == ESCAPE) {
        escapes++;
        i++;
      }
    }
    byte[] plain = new byte[length - escapes];
    int at = 0;
    for (int i = 0; i < length; i++) {
      plain[at++] = coded[i] == ESCAPE ? (byte) (coded[++i] - 1) : coded[i];
    }
    return plain;
  }
}
