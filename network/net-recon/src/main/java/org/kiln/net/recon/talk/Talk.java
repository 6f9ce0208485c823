package org.kiln.net.recon.talk;

import java.util.Optional;

/**
 * What came of a conversation.
 *
 * @param same whether both had the same from the first word on
 * @param cut whether it had its time before all was said, so that the next one goes on
 * @param common ranges both are interested in
 * @param taken what became of the values that came in
 * @param sent values sent
 * @param unsent keys without a value to send
 * @param requests requests for ranges, by whoever made them
 * @param bytesIn bytes of messages read
 * @param bytesOut bytes of messages written
 */
public record Talk(
    boolean same,
    boolean cut,
    int common,
    Taken taken,
    long sent,
    long unsent,
    long requests,
    long bytesIn,
    long bytesOut) {
  /** Why a value was refused, if one was. */
  public Optional<String> complaint() {
    return taken.complaint();
  }
}
