package org.kiln.type.caip10.sr25519;

/**
 * The permutation Keccak-f[1600]. BouncyCastle has it only inside of its hash functions.
 *
 * @see <a href="https://nvlpubs.nist.gov/nistpubs/FIPS/NIST.FIPS.202.pdf">FIPS 202 §3</a>
 */
final class Keccak {
  private static final int ROUNDS = 24;
  private static final long[] ROUND_CONSTANTS = roundConstants();

  private Keccak() {}

  /** Permutes 25 lanes, lane (x, y) at 5·y + x. */
  static void permute(long[] lanes) {
    long[] columns = new long[5];
    long[] moved = new long[25];
    for (long constant : ROUND_CONSTANTS) {
      theta(lanes, columns);
      rhoAndPi(lanes, moved);
      chi(moved, lanes);
      lanes[0] ^= constant;
    }
  }

  private static void theta(long[] lanes, long[] columns) {
    for (int x = 0; x < 5; x++) {
      columns[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
    }
    for (int x = 0; x < 5; x++) {
      long change = columns[(x + 4) % 5] ^ Long.rotateLeft(columns[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5) {
        lanes[x + y] ^= change;
      }
    }
  }

  /** Walks the lanes in the order in which π moves them, turning the next one further each time. */
  private static void rhoAndPi(long[] from, long[] to) {
    to[0] = from[0];
    int x = 1;
    int y = 0;
    for (int t = 0; t < 24; t++) {
      int nextY = (2 * x + 3 * y) % 5;
      to[5 * nextY + y] = Long.rotateLeft(from[5 * y + x], (t + 1) * (t + 2) / 2);
      x = y;
      y = nextY;
    }
  }

  private static void chi(long[] from, long[] to) {
    for (int y = 0; y < 25; y += 5) {
      for (int x = 0; x < 5; x++) {
        to[y + x] = from[y + x] ^ ~from[y + (x + 1) % 5] & from[y + (x + 2) % 5];
      }
    }
  }

  /** Bits of ι: a shift register of eight bits, seven of which are taken for each round. */
  private static long[] roundConstants() {
    long[] constants = new long[ROUNDS];
    int register = 1;
    for (int round = 0; round < ROUNDS; round++) {
      for (int j = 0; j < 7; j++) {
        if ((register & 1) != 0) {
          constants[round] |= 1L << (1 << j) - 1;
        }
        register <<= 1;
        if ((register & 0x100) != 0) {
          register ^= 0x171;
        }
      }
    }
    return constants;
  }
}
