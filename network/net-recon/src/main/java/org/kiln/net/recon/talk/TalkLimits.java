package org.kiln.net.recon.talk;

import java.time.Duration;

/**
 * What a conversation may take.
 *
 * @param patience how long nothing may happen, and how long one message may take
 * @param length after which nothing more is asked for and no value sent; in twice that time each
 *     side hangs up
 * @param window requests an initiator has under way
 * @param fruitless answers an initiator takes one after the other that lead to no value and to no
 *     part in which both have the same keys
 * @param batch values that are kept together when nothing is being kept
 * @param room values that wait at most while others are being kept
 * @param batchBytes or bytes of them
 * @param bad values refused before the conversation is broken off
 */
public record TalkLimits(
    Duration patience,
    Duration length,
    int window,
    int fruitless,
    int batch,
    int room,
    long batchBytes,
    int bad) {
  /** Window and batch as ceramic-one has them; room for what the log writes at once. */
  public static final TalkLimits USUAL =
      new TalkLimits(
          Duration.ofSeconds(60), Duration.ofMinutes(10), 20, 4_096, 100, 512, 1 << 20, 1_000);
}
