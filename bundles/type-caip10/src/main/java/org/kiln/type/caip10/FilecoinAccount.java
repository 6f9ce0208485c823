package org.kiln.type.caip10;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.math.ec.ECPoint;
import org.kiln.api.ipld.Multibase;

/**
 * Accounts of Filecoin with a secp256k1 key ({@code f1…}, {@code t1…}). The wallet signs a message
 * that sends nothing from the account to itself, whose parameters are the text.
 */
final class FilecoinAccount {
  private static final byte SECP256K1 = 1;
  private static final int HASH = 20;
  private static final int CHECKSUM_BITS = 32;

  /** CIDv1, DAG-CBOR, BLAKE2b-256. */
  private static final byte[] CID = HexFormat.of().parseHex("0171a0e40220");

  private FilecoinAccount() {}

  /** Whether the account is one whose signatures can be checked here: not a BLS key's. */
  static boolean hasSecp256k1Key(LinkProof proof) {
    return proof.address().length() > 2 && proof.address().charAt(1) == '1';
  }

  static boolean signed(LinkProof proof) {
    Optional<byte[]> address = bytes(proof.address());
    byte[] signature = signature(proof.signature());
    if (address.isEmpty() || signature.length != 65 || (signature[64] & ~1) != 0) {
      return false;
    }
    byte[] message = message(address.get(), proof.message().getBytes(StandardCharsets.UTF_8));
    byte[] digest = Hashes.blake2b(256, CID, Hashes.blake2b(256, message));
    return Secp256k1.recover(digest, signature, signature[64] == 1)
        .map(FilecoinAccount::hash)
        .filter(hash -> Arrays.equals(hash, 0, HASH, address.get(), 1, 1 + HASH))
        .isPresent();
  }

  /** In CBOR: version, to, from, nonce, value, gas limit, fee cap, premium, method, parameters. */
  private static byte[] message(byte[] address, byte[] parameters) {
    HexFormat hex = HexFormat.of();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(hex.parseHex("8a00"));
    for (int i = 0; i < 2; i++) {
      out.write(0x40 + address.length);
      out.writeBytes(address);
    }
    out.writeBytes(hex.parseHex("00" + "40" + "1903e8" + "420001" + "420001" + "00"));
    if (parameters.length < 24) {
      out.write(0x40 + parameters.length);
    } else if (parameters.length < 0x100) {
      out.write(0x58);
      out.write(parameters.length);
    } else {
      out.write(0x59);
      out.write(parameters.length >>> 8);
      out.write(parameters.length);
    }
    out.writeBytes(parameters);
    return out.toByteArray();
  }

  /** Protocol and hash; empty when the text is no such address or its checksum does not fit. */
  private static Optional<byte[]> bytes(String address) {
    try {
      byte[] body = Multibase.BASE32.decodeBody(address.substring(2));
      if (body.length != HASH + CHECKSUM_BITS / 8) {
        return Optional.empty();
      }
      byte[] bytes = new byte[1 + HASH];
      bytes[0] = SECP256K1;
      System.arraycopy(body, 0, bytes, 1, HASH);
      byte[] checksum = Hashes.blake2b(CHECKSUM_BITS, bytes);
      return Arrays.equals(checksum, 0, checksum.length, body, HASH, body.length)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] hash(ECPoint key) {
    return Hashes.blake2b(HASH * 8, key.getEncoded(false));
  }

  /** Base64 with its padding, otherwise hexadecimal. */
  private static byte[] signature(String text) {
    try {
      return text.endsWith("=") ? Base64.getDecoder().decode(text) : HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
