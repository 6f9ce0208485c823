package org.kiln.anchor.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.StreamId;

/** The account this node signs its requests with: a did:key. Thread-safe; never shows the key. */
final class NodeIdentity {
  private static final int SEED_BYTES = 32;
  private static final long ED25519_PUB = 0xed;

  /** The stream type that names no stream. */
  private static final int UNLOADABLE = 4;

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final Ed25519PrivateKeyParameters key;
  private final String did;
  private final StreamId stream;
  private final String header;

  /** The account of a seed of 32 bytes. */
  NodeIdentity(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("A seed has 32 bytes, not " + seed.length);
    }
    this.key = new Ed25519PrivateKeyParameters(seed, 0);
    byte[] publicKey = key.generatePublicKey().getEncoded();
    byte[] multicodec = new byte[2 + publicKey.length];
    multicodec[0] = (byte) 0xed;
    multicodec[1] = 1;
    System.arraycopy(publicKey, 0, multicodec, 2, publicKey.length);
    String fragment = Multibase.BASE58BTC.encode(multicodec);
    this.did = "did:key:" + fragment;
    this.stream = StreamId.of(UNLOADABLE, Cid.ofDigest(ED25519_PUB, Cid.IDENTITY, publicKey));
    this.header = encode("{\"alg\":\"EdDSA\",\"kid\":\"" + did + "#" + fragment + "\"}");
  }

  /**
   * The account of the seed in a file, hexadecimal; the file is made with a new one when it is not
   * there.
   *
   * @throws IOException when it cannot be read or written, or holds no seed
   */
  static NodeIdentity of(Path file) throws IOException {
    try {
      byte[] seed = new byte[SEED_BYTES];
      new SecureRandom().nextBytes(seed);
      Files.createDirectories(file.toAbsolutePath().getParent());
      boolean posix =
          Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
      if (posix) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
      Files.writeString(
          file, HexFormat.of().formatHex(seed), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      return new NodeIdentity(seed);
    } catch (FileAlreadyExistsException e) {
      return read(file);
    }
  }

  private static NodeIdentity read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (!text.matches("[0-9a-fA-F]{64}")) {
      throw new IOException("The file " + file + " holds no seed of 64 hexadecimal digits");
    }
    return new NodeIdentity(HexFormat.of().parseHex(text));
  }

  /** The account's DID. */
  String did() {
    return did;
  }

  /** What the node's trees are asked for under, as ceramic-one names itself. */
  StreamId stream() {
    return stream;
  }

  /** A compact JWS over JSON text. */
  String sign(String json) {
    String input = header + "." + encode(json);
    byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(bytes, 0, bytes.length);
    return input + "." + BASE64URL.encodeToString(signer.generateSignature());
  }

  private static String encode(String text) {
    return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "NodeIdentity[" + did + "]";
  }
}
