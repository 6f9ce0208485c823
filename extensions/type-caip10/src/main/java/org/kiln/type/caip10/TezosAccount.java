package org.kiln.type.caip10;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeSet;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.kit.crypto.Base58;
import org.kiln.kit.crypto.Ed25519;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.crypto.Secp256k1;

/**
 * Accounts of Tezos that are a key's. The address is the key's hash and the proof does not have the
 * key, so it is asked of the chain, which knows it since the account's first transaction. What the
 * node answers need not be believed: the key must have the address's hash.
 */
final class TezosAccount {
  private static final JsonFactory JSON = new JsonFactory();

  /** What Michelson packs: a string. */
  private static final byte[] PACKED = {5, 1};

  /** Of signatures that do not name their curve. */
  private static final byte[] ANY_SIGNATURE = HexFormat.of().parseHex("04822b");

  private static final int HASH = 20;
  private static final int SIGNATURE = 64;

  /** Prefixes of the texts, in hexadecimal; the sizes of keys in bytes. */
  private enum Curve {
    ED25519("06a19f", "0d0f25d9", 32, "09f5cd8612"),
    SECP256K1("06a1a1", "03fee256", 33, "0d7365133f"),
    P256("06a1a4", "03b28b7f", 33, "36f02c34");

    private final byte[] address;
    private final byte[] key;
    private final int keySize;
    private final byte[] signature;

    Curve(String address, String key, int keySize, String signature) {
      this.address = HexFormat.of().parseHex(address);
      this.key = HexFormat.of().parseHex(key);
      this.keySize = keySize;
      this.signature = HexFormat.of().parseHex(signature);
    }

    boolean verify(byte[] publicKey, byte[] digest, byte[] made) {
      return switch (this) {
        case ED25519 -> Ed25519.verify(publicKey, digest, made);
        case SECP256K1 -> Secp256k1.verify(publicKey, digest, made);
        case P256 -> org.kiln.type.caip10.P256.verify(publicKey, digest, made);
      };
    }
  }

  private TezosAccount() {}

  /**
   * Whether the account's key signed.
   *
   * @throws DependencyMissingException when the key cannot be learnt now
   */
  static boolean signed(LinkProof proof, ChainNodes nodes, Deadline deadline)
      throws DependencyMissingException {
    for (Curve curve : Curve.values()) {
      Optional<byte[]> hash = Base58.decodeChecked(proof.address(), curve.address, HASH);
      if (hash.isPresent()) {
        Optional<byte[]> signature =
            Base58.decodeChecked(proof.signature(), curve.signature, SIGNATURE)
                .or(() -> Base58.decodeChecked(proof.signature(), ANY_SIGNATURE, SIGNATURE));
        return signature.isPresent()
            && signed(
                proof.message(),
                signature.get(),
                curve,
                key(proof, curve, hash.get(), nodes, deadline));
      }
    }
    return false;
  }

  private static boolean signed(String text, byte[] signature, Curve curve, byte[] key) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // Michelson counts bytes, the linking library UTF-16 units.
    for (int length : new TreeSet<>(Arrays.asList(bytes.length, text.length()))) {
      byte[] size = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
      if (curve.verify(key, Hashes.blake2b(256, PACKED, size, bytes), signature)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] key(
      LinkProof proof, Curve curve, byte[] hash, ChainNodes nodes, Deadline deadline)
      throws DependencyMissingException {
    String path = "/chains/main/blocks/head/context/contracts/" + proof.address() + "/manager_key";
    try {
      String text = text(proof, nodes.get(proof.chain(), path, deadline));
      return Base58.decodeChecked(text, curve.key, curve.keySize)
          .filter(key -> Arrays.equals(hash, Hashes.blake2b(HASH * 8, key)))
          .orElseThrow(
              () ->
                  new IOException(
                      "the node of " + proof.chain() + " answered a key of another account"));
    } catch (IOException e) {
      throw AccountSignatures.notNow(proof, e);
    }
  }

  /** The key in the answer. */
  static String text(LinkProof proof, byte[] json) throws IOException {
    try (JsonParser in = JSON.createParser(json)) {
      JsonToken token = in.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        throw new IOException(
            "the account has not revealed its key to the chain, as it does by its first"
                + " transaction");
      }
      if (token != JsonToken.VALUE_STRING) {
        throw new IOException("the node of " + proof.chain() + " answered no key");
      }
      return in.getText();
    }
  }
}
