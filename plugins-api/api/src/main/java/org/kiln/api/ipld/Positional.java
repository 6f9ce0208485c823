package org.kiln.api.ipld;

import java.util.Arrays;

/**
 * Bytes as one big number in a base that is no power of two; each leading zero byte is one leading
 * first letter. Works on 32-bit words and five digits at a time: names of streams are read and
 * written with every request.
 */
final class Positional {
  private static final int GROUP = 5;
  private static final long WORD = 0xffff_ffffL;

  private final char[] alphabet;
  private final long[] powers = new long[GROUP + 1];

  /** A base of at most 72 digits, so that a group of them fits below 2^31. */
  Positional(char[] alphabet) {
    this.alphabet = alphabet;
    powers[0] = 1;
    for (int i = 1; i <= GROUP; i++) {
      powers[i] = powers[i - 1] * alphabet.length;
    }
  }

  String encode(byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    int[] words = words(bytes, zeros);
    // log(256)/log(36) < 1.5475, log(256)/log(58) < 1.3658
    char[] out = new char[zeros + (int) ((bytes.length - zeros) * 155L / 100) + 1 + GROUP];
    int at = out.length;
    int first = 0;
    while (first < words.length) {
      long rest = 0;
      for (int i = first; i < words.length; i++) {
        long value = rest << 32 | words[i] & WORD;
        words[i] = (int) (value / powers[GROUP]);
        rest = value % powers[GROUP];
      }
      while (first < words.length && words[first] == 0) {
        first++;
      }
      // The most significant group ends with its last digit that is not zero.
      for (int i = 0; i < GROUP && (rest != 0 || first < words.length); i++) {
        out[--at] = alphabet[(int) (rest % alphabet.length)];
        rest /= alphabet.length;
      }
    }
    at -= zeros;
    Arrays.fill(out, at, at + zeros, alphabet[0]);
    return new String(out, at, out.length - at);
  }

  private static int[] words(byte[] bytes, int from) {
    int length = bytes.length - from;
    int[] words = new int[(length + 3) / 4];
    for (int i = 0; i < length; i++) {
      int place = length - 1 - i;
      words[words.length - 1 - place / 4] |= (bytes[from + i] & 0xff) << place % 4 * 8;
    }
    return words;
  }

  /** Decodes digits, each already known to be of the base. */
  byte[] decode(byte[] digits) {
    int zeros = 0;
    while (zeros < digits.length && digits[zeros] == 0) {
      zeros++;
    }
    // log(58)/log(2^32) < 0.1831; the least significant word comes first.
    int[] words = new int[(int) ((digits.length - zeros) * 184L / 1000) + 1];
    int used = 0;
    int at = zeros;
    while (at < digits.length) {
      int count = (digits.length - at) % GROUP == 0 ? GROUP : (digits.length - at) % GROUP;
      long carry = 0;
      for (int i = 0; i < count; i++) {
        carry = carry * alphabet.length + digits[at++];
      }
      for (int i = 0; i < used; i++) {
        carry += (words[i] & WORD) * powers[count];
        words[i] = (int) carry;
        carry >>>= 32;
      }
      if (carry != 0) {
        words[used++] = (int) carry;
      }
    }
    return bytes(words, used, zeros);
  }

  private static byte[] bytes(int[] words, int used, int zeros) {
    int top = used == 0 ? 0 : 4 - Integer.numberOfLeadingZeros(words[used - 1]) / 8;
    int length = used == 0 ? 0 : (used - 1) * 4 + top;
    byte[] out = new byte[zeros + length];
    for (int i = 0; i < length; i++) {
      out[out.length - 1 - i] = (byte) (words[i / 4] >>> i % 4 * 8);
    }
    return out;
  }
}
