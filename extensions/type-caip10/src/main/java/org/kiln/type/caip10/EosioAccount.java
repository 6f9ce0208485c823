package org.kiln.type.caip10;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.crypto.Secp256k1;

/**
 * Accounts of EOSIO's chains: names, whose permissions the chain holds. A key counts that can use a
 * permission by itself; js-ceramic counts those too that need others beside them.
 */
final class EosioAccount {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern NAME = Pattern.compile("[a-z1-5.]{1,13}");
  private static final String SIGNATURE = "SIG_K1_";
  private static final String KIND = "K1";
  private static final int SIGNATURE_SIZE = 65;
  private static final int CHECKSUM = 4;
  private static final int MAX_SIGNATURE = 128;

  /** The first of a signature's bytes for a compressed key and an even nonce point. */
  private static final int EVEN = 31;

  /** Wallets refuse to sign longer words. */
  private static final int MAX_WORD = 12;

  /** What JavaScript takes for white space. */
  private static final String SPACES =
      "\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
          + "\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

  private EosioAccount() {}

  /**
   * Whether one of the account's keys signed.
   *
   * @throws DependencyMissingException when the chain cannot be asked for them now
   */
  static boolean signed(LinkProof proof, ChainNodes nodes, Deadline deadline)
      throws DependencyMissingException {
    Optional<Set<String>> signer = signer(proof);
    if (signer.isEmpty() || !NAME.matcher(proof.address()).matches()) {
      return false;
    }
    try {
      String question = "{\"account_name\":\"" + proof.address() + "\"}";
      byte[] account = nodes.post(proof.chain(), "/v1/chain/get_account", question, deadline);
      return stands(proof, account, signer.get());
    } catch (IOException e) {
      throw AccountSignatures.notNow(proof, e);
    }
  }

  /** The key that made the signature, in the two ways in which it can be written. */
  private static Optional<Set<String>> signer(LinkProof proof) {
    byte[] signature = signature(proof.signature());
    if (signature.length != SIGNATURE_SIZE || (signature[0] != EVEN && signature[0] != EVEN + 1)) {
      return Optional.empty();
    }
    byte[] digest = Hashes.sha256(payload(proof).getBytes(StandardCharsets.UTF_8));
    byte[] made = Arrays.copyOfRange(signature, 1, SIGNATURE_SIZE);
    return Secp256k1.recover(digest, made, signature[0] != EVEN)
        .map(point -> point.getEncoded(true))
        .map(key -> Set.of("EOS" + encode(key, ""), "PUB_K1_" + encode(key, KIND)));
  }

  /** The text with its account, in short words on one line. */
  static String payload(LinkProof proof) {
    String text =
        proof.message() + " [For: " + proof.address() + " on chain: " + proof.chain() + "]";
    StringBuilder out = new StringBuilder();
    int word = 0;
    for (char unit : text.toCharArray()) {
      boolean space = SPACES.indexOf(unit) >= 0;
      out.append(space ? ' ' : unit);
      word = space ? 0 : word + 1;
      if (word == MAX_WORD) {
        out.append(' ');
        word = 0;
      }
    }
    return out.toString();
  }

  private static byte[] signature(String text) {
    if (!text.startsWith(SIGNATURE) || text.length() > MAX_SIGNATURE) {
      return new byte[0];
    }
    try {
      byte[] bytes = Multibase.BASE58BTC.decodeBody(text.substring(SIGNATURE.length()));
      byte[] body = Arrays.copyOf(bytes, Math.max(0, bytes.length - CHECKSUM));
      return text.equals(SIGNATURE + encode(body, KIND)) ? body : new byte[0];
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** Base58 with a checksum over the bytes and their kind. */
  private static String encode(byte[] bytes, String kind) {
    byte[] sum = Hashes.ripemd160(bytes, kind.getBytes(StandardCharsets.US_ASCII));
    byte[] all = Arrays.copyOf(bytes, bytes.length + CHECKSUM);
    System.arraycopy(sum, 0, all, bytes.length, CHECKSUM);
    return Multibase.BASE58BTC.encodeBody(all);
  }

  /** Whether the account, as get_account has it, has a permission that the signer can use. */
  static boolean stands(LinkProof proof, byte[] account, Set<String> signer) throws IOException {
    try (JsonParser in = JSON.createParser(account)) {
      if (in.nextToken() == JsonToken.START_OBJECT) {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          boolean permissions = in.currentName().equals("permissions");
          if (in.nextToken() == JsonToken.START_ARRAY && permissions) {
            return anyStands(in, signer);
          }
          in.skipChildren();
        }
      }
    }
    throw new IOException("the node of " + proof.chain() + " answered no permissions");
  }

  private static boolean anyStands(JsonParser in, Set<String> signer) throws IOException {
    boolean stands = false;
    while (in.nextToken() == JsonToken.START_OBJECT) {
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean authority = in.currentName().equals("required_auth");
        if (in.nextToken() == JsonToken.START_OBJECT && authority) {
          stands |= standsAlone(in, signer);
        } else {
          in.skipChildren();
        }
      }
    }
    return stands;
  }

  /** Whether the signer's weight reaches the threshold. */
  private static boolean standsAlone(JsonParser in, Set<String> signer) throws IOException {
    long threshold = Long.MAX_VALUE;
    long weight = 0;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      if (name.equals("threshold") && value == JsonToken.VALUE_NUMBER_INT) {
        threshold = in.getLongValue();
      } else if (name.equals("keys") && value == JsonToken.START_ARRAY) {
        while (in.nextToken() == JsonToken.START_OBJECT) {
          weight = Math.max(weight, weight(in, signer));
        }
      } else {
        in.skipChildren();
      }
    }
    return weight > 0 && weight >= threshold;
  }

  private static long weight(JsonParser in, Set<String> signer) throws IOException {
    long weight = 0;
    boolean signers = false;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      if (name.equals("key") && value == JsonToken.VALUE_STRING) {
        signers = signer.contains(in.getText());
      } else if (name.equals("weight") && value == JsonToken.VALUE_NUMBER_INT) {
        weight = in.getLongValue();
      } else {
        in.skipChildren();
      }
    }
    return signers ? weight : 0;
  }
}
