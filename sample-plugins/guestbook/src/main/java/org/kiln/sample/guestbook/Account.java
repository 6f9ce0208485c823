package org.kiln.sample.guestbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.kit.ipld.DagCbor;

/**
 * The plugin's own account, a did:key with Ed25519, and its signature under events. Thread-safe.
 *
 * @see <a href="https://ipld.io/specs/codecs/dag-jose/spec/">DAG-JOSE</a>
 */
final class Account {
  private static final int KEY_BYTES = 32;
  private static final byte[] ED25519_PUB = {(byte) 0xed, 1};
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final PrivateKey key;
  private final String did;
  private final byte[] protectedHeader;

  private Account(PrivateKey key, byte[] publicKey) {
    byte[] multicodec = Arrays.copyOf(ED25519_PUB, ED25519_PUB.length + KEY_BYTES);
    System.arraycopy(publicKey, 0, multicodec, ED25519_PUB.length, KEY_BYTES);
    String fragment = Multibase.BASE58BTC.encode(multicodec);
    this.key = key;
    this.did = "did:key:" + fragment;
    this.protectedHeader =
        "{\"alg\":\"EdDSA\",\"kid\":\"%s#%s\"}"
            .formatted(did, fragment)
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** The account of that file, which only its owner reads; a new one when there is none. */
  static Account in(Path file) throws IOException {
    try {
      if (!Files.exists(file)) {
        KeyPair made = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path begun = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(begun);
        Files.createFile(
            begun,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(begun, joined(made), StandardOpenOption.SYNC);
        Files.move(begun, file);
      }
      byte[] kept = Files.readAllBytes(file);
      byte[] secret = Arrays.copyOf(kept, kept.length - KEY_BYTES);
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(secret));
      return new Account(key, Arrays.copyOfRange(kept, secret.length, kept.length));
    } catch (GeneralSecurityException | NegativeArraySizeException e) {
      throw new IOException("The account in " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** PKCS #8, and the 32 bytes of the public key. */
  private static byte[] joined(KeyPair pair) {
    byte[] secret = pair.getPrivate().getEncoded();
    byte[] both = Arrays.copyOf(secret, secret.length + KEY_BYTES);
    var point = ((EdECPublicKey) pair.getPublic()).getPoint();
    byte[] bigEndian = point.getY().toByteArray();
    for (int i = 0; i < bigEndian.length && i < KEY_BYTES; i++) {
      both[secret.length + i] = bigEndian[bigEndian.length - 1 - i];
    }
    if (point.isXOdd()) {
      both[both.length - 1] |= (byte) 0x80;
    }
    return both;
  }

  /** The account's name. */
  String did() {
    return did;
  }

  /** A signed event: its envelope, and the payload that the envelope's signature names. */
  List<Block> sign(Ipld.Map payload) {
    Block block = Block.of(Cid.DAG_CBOR, DagCbor.encode(payload));
    byte[] link = block.cid().bytes();
    String input = BASE64URL.encodeToString(protectedHeader) + '.' + BASE64URL.encodeToString(link);
    Ipld.Map signature =
        Ipld.map(
            "protected", new Ipld.Bytes(protectedHeader),
            "signature", new Ipld.Bytes(signature(input.getBytes(StandardCharsets.US_ASCII))));
    Ipld.Map envelope =
        Ipld.map("payload", new Ipld.Bytes(link), "signatures", Ipld.list(signature));
    return List.of(Block.of(Cid.DAG_JOSE, DagCbor.encode(envelope)), block);
  }

  private byte[] signature(byte[] input) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(input);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new UncheckedIOException(new IOException("The account cannot sign", e));
    }
  }
}
