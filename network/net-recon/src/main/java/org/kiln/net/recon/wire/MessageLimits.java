package org.kiln.net.recon.wire;

/**
 * How large messages may be. What is beyond a bound ends the conversation, but for a value that is
 * too large: it costs itself alone.
 *
 * @param messageBytes bytes of one message
 * @param keyBytes bytes of one key
 * @param valueBytes bytes of a value that is taken
 * @param interests ranges in an InterestRequest or InterestResponse
 * @param pieces ranges in a RangeResponse; an honest peer needs six, and more only when events come
 *     in just as it answers
 */
public record MessageLimits(
    int messageBytes, int keyBytes, int valueBytes, int interests, int pieces) {
  /**
   * For events: three blocks of 256 000 bytes at most, or a time event and its proof, of which each
   * byte takes up to two on the wire.
   */
  public static final MessageLimits EVENTS = new MessageLimits(8 << 20, 256, 1 << 20, 4_096, 1_024);

  /** For peer keys, which have no values. */
  public static final MessageLimits PEERS = new MessageLimits(1 << 20, 4_096, 64, 64, 64);
}
