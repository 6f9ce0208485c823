package org.kiln.did.pkh;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A blockchain account as {@code did:pkh:<namespace>:<reference>:<address>} (CAIP-10).
 *
 * @param namespace the kind of chain, for example {@code eip155}
 * @param reference the chain, for example {@code 1}
 * @param address the account on it, letter case as written
 */
record Account(String namespace, String reference, String address) {
  private static final Pattern DID =
      Pattern.compile("did:pkh:([-a-z0-9]{3,8}):([-_a-zA-Z0-9]{1,32}):([-.%a-zA-Z0-9]{1,128})");

  /** The account a DID names, empty when it names none. */
  static Optional<Account> of(String did) {
    Matcher parts = DID.matcher(did);
    return parts.matches()
        ? Optional.of(new Account(parts.group(1), parts.group(2), parts.group(3)))
        : Optional.empty();
  }

  /** CAIP-2. */
  String chain() {
    return namespace + ":" + reference;
  }

  /** CAIP-10. */
  @Override
  public String toString() {
    return chain() + ":" + address;
  }
}
