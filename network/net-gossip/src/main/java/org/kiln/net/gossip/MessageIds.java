package org.kiln.net.gossip;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.kiln.api.ipld.Multibase;

/**
 * Message ids of other makes. go-libp2p joins author and sequence number; js-libp2p the author's
 * public key and the number; rust-libp2p the texts of both. All three say the same, so each is
 * turned into go's form, the one we reckon with: an id of a foreign kind would look like a message
 * never seen, be asked for, and never come.
 */
final class MessageIds {
  private static final int SEQNO = 8;
  private static final int MAX_IN_ID = 42;

  private MessageIds() {}

  /** The id in go's form; as it is when it is of no known form. */
  static String canonical(String id) {
    int length = id.length();
    if (length > SEQNO + 4 && id.charAt(0) == 8 && id.charAt(1) <= 3 && id.charAt(2) == 0x12) {
      return ofKey(id.substring(0, length - SEQNO)) + id.substring(length - SEQNO);
    }
    int text =
        id.startsWith("12D3Koo") ? 52 : id.startsWith("16Uiu2") ? 53 : id.startsWith("Qm") ? 46 : 0;
    return text > 0 && length > text && length <= text + 20 ? ofText(id, text) : id;
  }

  private static String ofKey(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length <= MAX_IN_ID) {
      return "\0" + (char) bytes.length + key;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "\u0012\u0020" + new String(digest, StandardCharsets.ISO_8859_1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static String ofText(String id, int text) {
    try {
      byte[] author = Multibase.BASE58BTC.decodeBody(id.substring(0, text));
      String digits = id.substring(text);
      BigInteger number =
          digits.matches("[0-9]+") ? new BigInteger(digits) : BigInteger.ONE.negate();
      if (number.signum() < 0 || number.bitLength() > 64) {
        return id;
      }
      char[] seqno = new char[SEQNO];
      for (int i = 0; i < SEQNO; i++) {
        seqno[i] = (char) (number.longValue() >>> 8 * (SEQNO - 1 - i) & 0xff);
      }
      return new String(author, StandardCharsets.ISO_8859_1) + new String(seqno);
    } catch (IllegalArgumentException e) {
      return id;
    }
  }
}
