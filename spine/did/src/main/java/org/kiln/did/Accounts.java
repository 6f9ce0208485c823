package org.kiln.did;

import java.util.Locale;

/** When two DIDs are the same account. */
final class Accounts {
  private static final String EVM = "did:pkh:eip155:";

  private Accounts() {}

  /** Equal texts; the letter case of an EVM address carries only a checksum (EIP-55). */
  static boolean same(String controller, String issuer) {
    return controller.equals(issuer)
        || controller.startsWith(EVM)
            && issuer.startsWith(EVM)
            && controller.toLowerCase(Locale.ROOT).equals(issuer.toLowerCase(Locale.ROOT));
  }
}
