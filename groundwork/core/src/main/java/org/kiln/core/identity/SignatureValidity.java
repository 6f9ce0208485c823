package org.kiln.core.identity;

import org.kiln.api.did.DidUrl;

/**
 * What must be known of a signature to tell later whether it holds at another time, without its
 * event: it is the controller's own, or made under a capability of the controller's.
 *
 * @param kid who signed
 * @param account the controller's account
 * @param from unix seconds from which the capability is in force; {@link Long#MIN_VALUE} when it
 *     always was
 * @param until unix seconds until which it is, inclusive; {@link Long#MAX_VALUE} when for ever
 */
public record SignatureValidity(DidUrl kid, String account, long from, long until) {

  /** Both of the same signer for the same account: what holds for the one and the other. */
  public SignatureValidity and(SignatureValidity other) {
    return new SignatureValidity(
        kid, account, Math.max(from, other.from), Math.min(until, other.until));
  }

  /** Whether it is the same signer for the same account. */
  public boolean sameParties(SignatureValidity other) {
    return kid.equals(other.kid) && account.equals(other.account);
  }
}
