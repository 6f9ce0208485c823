package org.kiln.did.pkh;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.kiln.kit.crypto.Ethereum;
import org.kiln.kit.crypto.Hashes;

/** What Ethereum wallets sign: prefixed text (EIP-191), and the addresses in it (EIP-55). */
final class EthereumMessage {
  private static final String CHAIN_NAME = "Ethereum";

  private static final Instant LAST_LEGACY = Instant.parse("2022-09-20T00:00:00Z");

  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

  private EthereumMessage() {}

  /** Whether the account's address is one. */
  static boolean isAddress(String address) {
    return ADDRESS.matcher(address).matches();
  }

  /**
   * The digests the wallet may have signed, most likely first: the address as the issuer has it,
   * with its checksum case, then the order of lines before 2022-09-20.
   */
  static List<byte[]> digests(SignedCapability capability) {
    String address = capability.account().address();
    SignInMessage message = capability.message();
    List<byte[]> digests = new ArrayList<>(3);
    add(digests, message.text(CHAIN_NAME, address));
    String checksummed = checksummed(address);
    if (!checksummed.equals(address)) {
      add(digests, message.text(CHAIN_NAME, checksummed));
    }
    if (isLegacy(capability.issuedAt())) {
      add(digests, message.legacyText(CHAIN_NAME, address));
    }
    return digests;
  }

  private static boolean isLegacy(String issuedAt) {
    try {
      return !OffsetDateTime.parse(issuedAt).toInstant().isAfter(LAST_LEGACY);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Wallets count the bytes of the text, one deployed verifier its UTF-16 units. */
  private static void add(List<byte[]> digests, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digests.add(Ethereum.messageDigest(bytes));
    if (text.length() != bytes.length) {
      digests.add(Ethereum.messageDigest(bytes, text.length()));
    }
  }

  /**
   * EIP-55: a letter is upper case where the hash of the lower-case address has a nibble above 7.
   */
  static String checksummed(String address) {
    String hex = address.substring(2).toLowerCase(Locale.ROOT);
    byte[] hash = Hashes.keccak256(hex.getBytes(StandardCharsets.US_ASCII));
    StringBuilder out = new StringBuilder("0x");
    for (int i = 0; i < hex.length(); i++) {
      int nibble = hash[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf;
      out.append(nibble > 7 ? Character.toUpperCase(hex.charAt(i)) : hex.charAt(i));
    }
    return out.toString();
  }
}
