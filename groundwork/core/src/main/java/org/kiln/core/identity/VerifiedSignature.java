package org.kiln.core.identity;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Cid;

/**
 * A signature that fits.
 *
 * @param kid who signed
 * @param alg the JWS algorithm
 * @param capability the capability it was made under, its own signature checked as well
 */
public record VerifiedSignature(DidUrl kid, String alg, Optional<Capability> capability) {

  /**
   * What a CACAO says (CAIP-74).
   *
   * @param cid its block
   * @param issuer who grants
   * @param audience to whom
   * @param resources what may be written; empty when it lists none
   * @param issuedAt unix seconds
   * @param notBefore unix seconds
   * @param expiration unix seconds
   */
  public record Capability(
      Cid cid,
      String issuer,
      String audience,
      List<String> resources,
      OptionalLong issuedAt,
      OptionalLong notBefore,
      OptionalLong expiration) {}

  /** Unix seconds at which the capability expires, if there is one and it does. */
  public OptionalLong expiration() {
    return capability.map(Capability::expiration).orElse(OptionalLong.empty());
  }
}
