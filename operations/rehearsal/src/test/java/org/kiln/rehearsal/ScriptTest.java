package org.kiln.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * The recorded signatures are what the public key's owner makes of the composed events. After a
 * change of the script they are written anew into the file that {@code KILN_REHEARSAL_RECORD}
 * names.
 */
class ScriptTest {
  private static final int EVENTS = Script.SESSIONS * 4;

  @Test
  void shouldHaveTheSignaturesOfItsEvents() throws Exception {
    byte[] signatures = sign();
    String file = System.getenv("KILN_REHEARSAL_RECORD");
    if (file != null) {
      Files.write(Path.of(file), signatures);
    }
    try (InputStream recorded = Script.class.getResourceAsStream("signatures")) {
      assertThat(recorded.readAllBytes()).isEqualTo(signatures);
    }
  }

  /** An update names the envelope before it, so the first events' signatures come first. */
  private static byte[] sign() throws Exception {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 0x4b);
    PrivateKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    byte[] signatures = new byte[EVENTS * 64];
    for (int update = 0; update < 2; update++) {
      Script script = new Script(signatures);
      for (int i = update; i < EVENTS; i += 2) {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(script.signingInput(i));
        System.arraycopy(signature.sign(), 0, signatures, i * 64, 64);
      }
    }
    return signatures;
  }
}
