package org.kiln.type.caip10;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.kiln.api.ipld.Multibase;
import org.kiln.kit.crypto.Hashes;
import org.kiln.kit.crypto.Secp256k1;

/**
 * Accounts of Filecoin that are a key's: of secp256k1 ({@code f1…}, {@code t1…} on test networks)
 * or BLS12-381 ({@code f3…}). The wallet signs the CID of a message that sends nothing from the
 * account to itself, whose parameters are the text.
 */
final class FilecoinAccount {
  private static final Pattern ADDRESS = Pattern.compile("[ft][13][a-z2-7]{39,84}");
  private static final byte SECP256K1 = 1;
  private static final byte BLS = 3;
  private static final int HASH = 20;
  private static final int CHECKSUM_BITS = 32;

  /** CIDv1, DAG-CBOR, BLAKE2b-256. */
  private static final byte[] CID = HexFormat.of().parseHex("0171a0e40220");

  private FilecoinAccount() {}

  /** Whether the account is a key's, not an actor's or a number. */
  static boolean hasKey(LinkProof proof) {
    return ADDRESS.matcher(proof.address()).matches();
  }

  static boolean signed(LinkProof proof) {
    byte[] address = bytes(proof.address()).orElse(new byte[1]);
    byte[] signature = signature(proof.signature());
    byte[] message = message(address, proof.message().getBytes(StandardCharsets.UTF_8));
    byte[] hash = Hashes.blake2b(256, message);
    return switch (address[0]) {
      case SECP256K1 -> signedBySecp256k1(address, Hashes.blake2b(256, CID, hash), signature);
      case BLS -> Bls12381.verify(from(address), concatenated(CID, hash), signature);
      default -> false;
    };
  }

  private static boolean signedBySecp256k1(byte[] address, byte[] digest, byte[] signature) {
    return signature.length == 65
        && (signature[64] & ~1) == 0
        && Secp256k1.recover(digest, signature, signature[64] == 1)
            .map(key -> Hashes.blake2b(HASH * 8, key.getEncoded(false)))
            .filter(hash -> Arrays.equals(hash, from(address)))
            .isPresent();
  }

  /** What follows the protocol: the key's hash, or the key itself. */
  private static byte[] from(byte[] address) {
    return Arrays.copyOfRange(address, 1, address.length);
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** In CBOR: version, to, from, nonce, value, gas limit, fee cap, premium, method, parameters. */
  private static byte[] message(byte[] address, byte[] parameters) {
    HexFormat hex = HexFormat.of();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(hex.parseHex("8a00"));
    writeBytes(out, address);
    writeBytes(out, address);
    out.writeBytes(hex.parseHex("00" + "40" + "1903e8" + "420001" + "420001" + "00"));
    writeBytes(out, parameters);
    return out.toByteArray();
  }

  /** A byte string with its head, up to 64 KiB. */
  private static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
    if (bytes.length < 24) {
      out.write(0x40 + bytes.length);
    } else if (bytes.length < 0x100) {
      out.write(0x58);
      out.write(bytes.length);
    } else {
      out.write(0x59);
      out.write(bytes.length >>> 8);
      out.write(bytes.length);
    }
    out.writeBytes(bytes);
  }

  /** Protocol and payload; empty when the text is no such address or its checksum does not fit. */
  private static Optional<byte[]> bytes(String address) {
    if (!ADDRESS.matcher(address).matches()) {
      return Optional.empty();
    }
    byte[] body = Multibase.BASE32.decodeBody(address.substring(2));
    byte protocol = (byte) Character.digit(address.charAt(1), 10);
    int size = body.length - CHECKSUM_BITS / 8;
    if (size != (protocol == SECP256K1 ? HASH : Bls12381.KEY_SIZE)) {
      return Optional.empty();
    }
    byte[] bytes = new byte[1 + size];
    bytes[0] = protocol;
    System.arraycopy(body, 0, bytes, 1, size);
    byte[] checksum = Hashes.blake2b(CHECKSUM_BITS, bytes);
    return Arrays.equals(checksum, 0, checksum.length, body, size, body.length)
        ? Optional.of(bytes)
        : Optional.empty();
  }

  /** Base64, which for a BLS signature has no padding to be known by, otherwise hexadecimal. */
  private static byte[] signature(String text) {
    try {
      boolean base64 = text.endsWith("=") || text.length() == Bls12381.SIGNATURE_SIZE / 3 * 4;
      return base64 ? Base64.getDecoder().decode(text) : HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
