package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir Path data;

  @BeforeEach
  void makePairs() throws Exception {
    makePair("node");
    makePair("other");
  }

  /** A certificate as keytool makes it, in two PEM files. */
  private void makePair(String name) throws Exception {
    Path store = data.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "password".toCharArray());
    }
    pem(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    pem(name + ".key", "PRIVATE KEY", keys.getKey(name, "password".toCharArray()).getEncoded());
  }

  private void pem(String file, String title, byte[] der) throws IOException {
    Files.writeString(
        data.resolve(file),
        "-----BEGIN "
            + title
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END "
            + title
            + "-----\n");
  }

  private Configuration configuration(String certificate, String key) throws RefusedException {
    return Configuration.load(
        null,
        Map.of(),
        Map.of("data", data.toString(), "http.tls-certificate", certificate, "http.tls-key", key));
  }

  @Test
  void shouldWriteAKeyStoreThatOnlyTheNodeCanRead() throws Exception {
    Map<String, String> told = Tls.frameworkProperties(configuration("node.crt", "node.key"));

    Path file = Path.of(told.get("org.apache.felix.https.keystore"));
    char[] password = told.get("org.apache.felix.https.keystore.password").toCharArray();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, password);
    }
    assertThat(keys.getKey("node", password)).isNotNull();
    assertThat(keys.getCertificate("node").toString()).contains("CN=node");
  }

  @Test
  void rejectsAKeyOfAnotherCertificate() {
    assertThatThrownBy(() -> Tls.check(configuration("node.crt", "other.key")))
        .hasMessageContaining("is not the one of the first certificate");
  }

  @Test
  void rejectsHalfAPair() {
    assertThatThrownBy(() -> Tls.check(configuration("node.crt", "")))
        .hasMessageContaining("http.tls-key does not name");
    assertThatThrownBy(() -> Tls.check(configuration("", "node.key")))
        .hasMessageContaining("http.tls-certificate does not name");
  }

  @Test
  void rejectsFilesThatHoldSomethingElse() {
    assertThatThrownBy(() -> Tls.check(configuration("node.key", "node.key")))
        .hasMessageContaining("holds no certificate");
    assertThatThrownBy(() -> Tls.check(configuration("node.crt", "node.crt")))
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    assertThatThrownBy(() -> Tls.check(configuration("nowhere", "node.key")))
        .hasMessageContaining("Cannot read");
  }
}
