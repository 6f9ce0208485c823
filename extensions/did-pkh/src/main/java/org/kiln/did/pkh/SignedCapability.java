package org.kiln.did.pkh;

import java.util.Optional;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;

/**
 * A capability taken apart for a wallet verifier.
 *
 * @param account who granted it
 * @param message what the wallet signed
 * @param issuedAt {@code iat} as written
 * @param signature {@code s.s} as written
 */
record SignedCapability(Account account, SignInMessage message, String issuedAt, String signature) {
  /** The sentence every deployed verifier gives. */
  static final String NOT_THE_ISSUER = "Signature does not belong to issuer";

  private static final int MAX_SIGNATURE = 16_384;

  static SignedCapability read(Ipld.Map cacao, String namespace) throws CapabilityException {
    Ipld.Map payload = map(cacao, "p");
    Optional<Account> account = payload.text("iss").flatMap(Account::of);
    if (account.isEmpty() || !account.get().namespace().equals(namespace)) {
      throw new CapabilityException(
          "The iss of the CACAO is no " + namespace + " account", Retry.NEVER);
    }
    return new SignedCapability(
        account.get(),
        SignInMessage.of(account.get(), payload),
        payload.text("iat").orElse(""),
        signature(cacao));
  }

  /** The text of {@code s.s}. */
  static String signature(Ipld.Map cacao) throws CapabilityException {
    Optional<String> signature = map(cacao, "s").text("s");
    if (signature.isEmpty() || signature.get().length() > MAX_SIGNATURE) {
      throw new CapabilityException("CACAO does not have a signature", Retry.NEVER);
    }
    return signature.get();
  }

  /** The member that must be a map. */
  static Ipld.Map map(Ipld.Map cacao, String name) throws CapabilityException {
    if (cacao.get(name).orElse(Ipld.NULL) instanceof Ipld.Map map) {
      return map;
    }
    throw new CapabilityException("The " + name + " of the CACAO is no map", Retry.NEVER);
  }

  static CapabilityException notTheIssuer() {
    return new CapabilityException(NOT_THE_ISSUER, Retry.NEVER);
  }
}
