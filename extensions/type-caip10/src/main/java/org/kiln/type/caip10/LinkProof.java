package org.kiln.type.caip10;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

/**
 * What an account signed to be linked.
 *
 * @param account the account in the old CAIP-10 form {@code address@namespace:reference}
 * @param message the signed text
 * @param signature the signature as text, in the encoding of the account's namespace
 * @param timestamp unix seconds at which it was signed
 * @param byContract whether the account is a contract that has to be asked (ERC-1271)
 */
record LinkProof(
    String account, String message, String signature, long timestamp, boolean byContract) {
  private static final Pattern LINKED = Pattern.compile("did:\\S+:\\S+");
  private static final Pattern TIMESTAMP = Pattern.compile("Timestamp: ([0-9]{1,12})");
  private static final int MAX_MESSAGE = 4096;
  private static final int MAX_SIGNATURE = 8192;
  private static final int MAX_ACCOUNT = 512;
  private static final String ETHEREUM = "eip155";

  /**
   * Reads the data of a link event.
   *
   * @throws InvalidEventException when it is no proof
   */
  static LinkProof read(Ipld data) throws InvalidEventException {
    if (!(data instanceof Ipld.Map proof)) {
      throw invalid("the event carries no proof");
    }
    String message = text(proof, "message");
    if (message.length() > MAX_MESSAGE) {
      throw invalid("the message has " + message.length() + " characters");
    }
    String signature = text(proof, "signature");
    if (signature.length() > MAX_SIGNATURE) {
      throw invalid("the signature has " + signature.length() + " characters");
    }
    long version =
        proof.entries().get("version") instanceof Ipld.Int number && number.value().bitLength() < 32
            ? number.value().longValue()
            : 1;
    String account = account(proof, version);
    if (account.length() > MAX_ACCOUNT) {
      throw invalid("the account has " + account.length() + " characters");
    }
    boolean byContract = proof.text("type").filter("erc1271"::equals).isPresent();
    return new LinkProof(account, message, signature, timestamp(proof, message), byContract);
  }

  /**
   * Proofs before version 2 may name an address alone, which is then one of Ethereum's main chain.
   */
  private static String account(Ipld.Map proof, long version) throws InvalidEventException {
    String account =
        proof
            .text("account")
            .or(() -> proof.text("address"))
            .orElseThrow(() -> invalid("no account"));
    if (version < 2 && !account.contains("@") && !account.contains(":")) {
      return normalized(account + "@" + ETHEREUM + ":1");
    }
    return normalized(legacy(account));
  }

  /** The old form of an account that came in the new one, {@code namespace:reference:address}. */
  private static String legacy(String account) {
    int colon = account.lastIndexOf(':');
    return account.contains("@") || colon < 0
        ? account
        : account.substring(colon + 1) + "@" + account.substring(0, colon);
  }

  private static long timestamp(Ipld.Map proof, String message) {
    if (proof.entries().get("timestamp") instanceof Ipld.Int number
        && number.value().bitLength() < 63) {
      return number.value().longValue();
    }
    Matcher stated = TIMESTAMP.matcher(message);
    return stated.find() ? Long.parseLong(stated.group(1)) : 0;
  }

  /** The namespace of the account's chain, for example {@code eip155}. */
  String namespace() {
    int at = account.lastIndexOf('@');
    int colon = account.indexOf(':', at + 1);
    return at < 0 || colon < 0 ? "" : account.substring(at + 1, colon);
  }

  /** Whether nothing is known of the signature before a chain was asked. */
  boolean asksChain() {
    return byContract || namespace().equals("tezos") || namespace().equals("eosio");
  }

  /** The account's chain, CAIP-2. */
  String chain() {
    return account.substring(account.lastIndexOf('@') + 1);
  }

  /** The account's address on its chain. */
  String address() {
    return account.substring(0, Math.max(0, account.lastIndexOf('@')));
  }

  /**
   * The DID the message links to. Empty when it names none: nothing is linked any more, and as in
   * js-ceramic no content is pending, not a pending null.
   */
  Optional<Ipld> did() {
    Matcher linked = LINKED.matcher(message);
    return linked.find() ? Optional.of(Ipld.of(linked.group())) : Optional.empty();
  }

  /** Ethereum addresses count without regard to case. */
  static String normalized(String account) {
    return account.contains("@" + ETHEREUM + ":") ? account.toLowerCase(Locale.ROOT) : account;
  }

  private static String text(Ipld.Map proof, String name) throws InvalidEventException {
    return proof.text(name).orElseThrow(() -> invalid("no " + name));
  }

  private static InvalidEventException invalid(String cause) {
    return new InvalidEventException(
        "Error while validating link proof for caip10-link signed commit: " + cause);
  }
}
