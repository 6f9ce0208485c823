package org.kiln.anchor;

import java.util.Arrays;
import org.kiln.api.stream.StreamId;

/**
 * The key of a request: whose it is and the stream. The first byte says whether it waits or has
 * failed, so that a walk over those that wait does not meet the others. Our own: {@code 00 |
 * stream}; another node's: {@code 01 | client (8) | stream}; failed ones: 2 more; our own that are
 * held: 4 more.
 */
final class RequestKey {
  private static final int CLIENT_BYTES = 8;
  private static final byte FAILED = 2;

  /** Where the requests that wait end and the failed ones begin. */
  static final byte[] END_OF_WAITING = {FAILED};

  private static final byte HELD = 4;

  /** Where the failed ones end and those begin whose time events are held. */
  static final byte[] END_OF_FAILED = {HELD};

  /** Where the held ones end. */
  static final byte[] END_OF_HELD = {HELD + 1};

  private RequestKey() {}

  static byte[] own(StreamId stream) {
    return join(new byte[] {0}, stream.bytes());
  }

  /**
   * The key of another node's request.
   *
   * @param client as it stands in keys
   */
  static byte[] of(byte[] client, StreamId stream) {
    byte[] head = new byte[1 + CLIENT_BYTES];
    head[0] = 1;
    System.arraycopy(client, 0, head, 1, CLIENT_BYTES);
    return join(head, stream.bytes());
  }

  /** The key under which the same request is kept once it has failed. */
  static byte[] failed(byte[] waiting) {
    byte[] key = waiting.clone();
    key[0] |= FAILED;
    return key;
  }

  /** The key under which the time event of a request of our own is held. */
  static byte[] held(byte[] waiting) {
    byte[] key = waiting.clone();
    key[0] |= HELD;
    return key;
  }

  /** The key under which a failed or held request waits again. */
  static byte[] waiting(byte[] other) {
    byte[] key = other.clone();
    key[0] &= 1;
    return key;
  }

  static boolean isOwn(byte[] key) {
    return (key[0] & 1) == 0;
  }

  static boolean isHeld(byte[] key) {
    return (key[0] & HELD) != 0;
  }

  static StreamId stream(byte[] key) {
    return StreamId.of(Arrays.copyOfRange(key, isOwn(key) ? 1 : 1 + CLIENT_BYTES, key.length));
  }

  private static byte[] join(byte[] head, byte[] tail) {
    byte[] key = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, key, head.length, tail.length);
    return key;
  }
}
