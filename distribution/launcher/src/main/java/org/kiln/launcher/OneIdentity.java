package org.kiln.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Base64;

/**
 * Keeps the identity of a ceramic-one whose place a Kiln takes: its peers know it by its key. That
 * is an Ed25519 key in OpenSSH's form without a password; here it stands in libp2p's.
 */
final class OneIdentity {
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LIBP2P_HEAD = {8, 1, 18, 64};
  private static final int SEED_AND_PUBLIC = 64;
  private static final int MAX_FILE = 4_096;

  private OneIdentity() {}

  /** Takes the key over when there is one, and the node has none of its own yet. */
  static void adopt(Path key, Path data) throws RefusedException {
    Path own = data.resolve("libp2p").resolve("identity.key");
    if (Files.exists(own) || !Files.exists(key)) {
      return;
    }
    try {
      if (Files.size(key) > MAX_FILE) {
        throw new IOException("it is too long");
      }
      byte[] pair = pair(Files.readString(key, StandardCharsets.US_ASCII));
      ByteArrayOutputStream libp2p = new ByteArrayOutputStream();
      libp2p.writeBytes(LIBP2P_HEAD);
      libp2p.writeBytes(pair);
      Files.createDirectories(own.getParent());
      Path draft = own.resolveSibling(own.getFileName() + ".new");
      Files.write(draft, libp2p.toByteArray()); // for its user alone: bin/kiln sees to that
      Files.move(draft, own, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | IllegalArgumentException | BufferUnderflowException e) {
      throw RefusedException.storage(
          key
              + " is no Ed25519 key of a ceramic-one ("
              + e.getMessage()
              + "). Put it back from a backup, or take it away: the node is then another one to its"
              + " peers.");
    }
  }

  /** Seed and public key. */
  private static byte[] pair(String pem) {
    String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    ByteBuffer in = ByteBuffer.wrap(Base64.getDecoder().decode(body));
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC) || !text(in).equals("none")) {
      throw new IllegalArgumentException("not OpenSSH's form without a password");
    }
    bytes(in); // key derivation: none
    bytes(in); // its options
    if (in.getInt() != 1) {
      throw new IllegalArgumentException("not one key");
    }
    bytes(in); // the public half, which stands in the private part too
    ByteBuffer part = ByteBuffer.wrap(bytes(in));
    if (part.getInt() != part.getInt() || !text(part).equals("ssh-ed25519")) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
    bytes(part);
    byte[] pair = bytes(part);
    if (pair.length != SEED_AND_PUBLIC) {
      throw new IllegalArgumentException("a key of " + pair.length + " bytes");
    }
    return pair;
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in), StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("it is cut off");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
