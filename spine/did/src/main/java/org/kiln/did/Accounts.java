package org.kiln.did;

import java.util.Locale;
import java.util.Set;

/** When two DIDs are the same account, and of which nobody else will ever be in charge. */
final class Accounts {
  private static final String EVM = "did:pkh:eip155:";

  /** Made of the DID's own text, without updates, as their specifications have it. */
  private static final Set<String> UNCHANGING = Set.of("key", "pkh");

  private Accounts() {}

  /** Equal texts; the letter case of an EVM address carries only a checksum (EIP-55). */
  static boolean same(String controller, String issuer) {
    return controller.equals(issuer)
        || controller.startsWith(EVM)
            && issuer.startsWith(EVM)
            && controller.toLowerCase(Locale.ROOT).equals(issuer.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether the documents of a DID method may name other controllers at another time than now.
   * Nothing is known of what a plugin brings, so they may.
   */
  static boolean mayChange(String method) {
    return !UNCHANGING.contains(method);
  }
}
