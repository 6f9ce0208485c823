package org.kiln.did;

import java.time.Duration;

/**
 * How signatures are checked.
 *
 * @param phaseOut how long after its expiry or revocation a signature may still wait for its
 *     timestamp
 * @param clockSkew how far the clocks of wallet and node may differ
 * @param rememberedDids how many resolved DIDs to remember at most
 * @param rememberDidFor how long a resolved DID is remembered
 * @param rememberedCapabilities how many verified capabilities to remember at most
 * @param resolveTimeout how long resolving a DID may take where the caller gives no deadline
 */
public record VerifierSettings(
    Duration phaseOut,
    Duration clockSkew,
    int rememberedDids,
    Duration rememberDidFor,
    int rememberedCapabilities,
    Duration resolveTimeout) {

  /** The network's own: 24 hours of phase-out, 300 seconds of skew. */
  public static final VerifierSettings DEFAULT =
      new VerifierSettings(
          Duration.ofHours(24),
          Duration.ofSeconds(300),
          10_000,
          Duration.ofMinutes(1),
          20_000,
          Duration.ofSeconds(5));
}
