package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key a ceramic-one is known by becomes this node's. */
class OneIdentityTest {
  @TempDir Path directory;

  private final byte[] pair = new byte[64];
  private Path key;
  private Path own;

  @BeforeEach
  void prepare() {
    for (int i = 0; i < pair.length; i++) {
      pair[i] = (byte) (i * 7);
    }
    key = directory.resolve("id_ed25519_0");
    own = directory.resolve("libp2p/identity.key");
  }

  /** As the ssh-key crate and OpenSSH write it (PROTOCOL.key). */
  private String pem(String cipher) throws IOException {
    byte[] publicHalf = new byte[32];
    System.arraycopy(pair, 32, publicHalf, 0, 32);
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    DataOutputStream secret = new DataOutputStream(part);
    secret.writeInt(5);
    secret.writeInt(5);
    put(secret, "ssh-ed25519".getBytes(StandardCharsets.US_ASCII));
    put(secret, publicHalf);
    put(secret, pair);
    put(secret, new byte[0]);
    secret.write(new byte[] {1, 2, 3});
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(all);
    out.write("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII));
    put(out, cipher.getBytes(StandardCharsets.US_ASCII));
    put(out, cipher.getBytes(StandardCharsets.US_ASCII));
    put(out, new byte[0]);
    out.writeInt(1);
    put(out, publicHalf);
    put(out, part.toByteArray());
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(all.toByteArray())
        + "\n-----END OPENSSH PRIVATE KEY-----\n";
  }

  private static void put(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Test
  void shouldTakeTheKeyOnceAndKeepItsOwn() throws Exception {
    OneIdentity.adopt(key, directory);
    assertThat(own).doesNotExist();
    Files.writeString(key, pem("none"));
    OneIdentity.adopt(key, directory);
    byte[] taken = Files.readAllBytes(own);
    assertThat(taken).hasSize(68).startsWith(8, 1, 18, 64).endsWith(pair);
    Arrays.fill(pair, (byte) 1);
    Files.writeString(key, pem("none"));
    OneIdentity.adopt(key, directory);
    assertThat(own).hasBinaryContent(taken);
  }

  @Test
  void rejectsWhatIsNoSuchKey() throws Exception {
    String whole = pem("none");
    for (String harm : new String[] {"", "x", pem("aes256-ctr"), whole.substring(0, 200)}) {
      Files.writeString(key, harm);
      assertThatThrownBy(() -> OneIdentity.adopt(key, directory))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(key + " is no Ed25519 key of a ceramic-one");
      assertThat(own).doesNotExist();
    }
  }
}
