package org.kiln.itests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.PemPair;

/**
 * A node with TLS tells nobody its private key, nor the password of the key store that it makes of
 * it: at the loudest level, with clients whose handshakes fail, and with the engineers' console,
 * which shows what the framework knows.
 */
class TlsSecretsIT {
  private static final Duration TIME = Duration.ofSeconds(60);

  private static final String RPC_PASSWORD = "rpc-Pa55word-91c4";
  private static final String RPC_KEY = "v3-pr0ject-key-1d0e";

  /** Where the key lies by its very purpose; the framework's copy is the user's alone. */
  private static final List<String> HOLDERS = List.of("node.key", "tls.p12", "operator.token");

  private static final Pattern PASSWORD = Pattern.compile("(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])");

  @TempDir Path data;

  @Test
  void shouldKeepItsKeyAndTheKeyStoresPasswordToItself() throws Exception {
    PemPair pair = PemPair.make(data);
    Map<String, String> written = new LinkedHashMap<>();
    List<String> heard = new ArrayList<>();
    byte[] keyStore;
    try (NodeProcess node =
        NodeProcess.startTls(
            Distribution.find(),
            data,
            pair,
            "--set",
            "log.level=trace",
            "--set",
            "chain.rpc=eip155:1=http://user:" + RPC_PASSWORD + "@127.0.0.1:1/" + RPC_KEY)) {
      keyStore = Files.readAllBytes(data.resolve("tls.p12"));
      use(node.url(), pair, heard);
      assertThat(node.stop()).isZero();
      written.put("console", node.output());
    }
    written.put("answers", String.join("\n", heard));
    assertThat(written.get("answers")).contains("HTTP ").contains("felix");
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (HOLDERS.stream().noneMatch(file::endsWith)) {
          written.put(
              data.relativize(file).toString(),
              Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    String base64 = Base64.getEncoder().encodeToString(pair.key());
    // Of PKCS #8 the last half is the key itself; the beginning is the same for every key.
    List<String> secrets =
        List.of(
            base64.substring(base64.length() / 2, base64.length() - 4),
            HexFormat.of().formatHex(pair.key()).substring(pair.key().length),
            new String(pair.key(), StandardCharsets.ISO_8859_1));
    assertThat(written.get("answers")).doesNotContain(RPC_PASSWORD).doesNotContain(RPC_KEY);
    written.forEach(
        (place, text) -> {
          secrets.forEach(
              secret -> assertThat(text.contains(secret)).as("the key in " + place).isFalse());
          PASSWORD
              .matcher(text)
              .results()
              .forEach(
                  found ->
                      assertThat(opens(keyStore, found.group()))
                          .as("the password of the key store in " + place)
                          .isFalse());
        });
  }

  private void use(URI url, PemPair pair, List<String> heard) throws Exception {
    String token = Files.readString(data.resolve("operator.token")).strip();
    try (HttpClient http = HttpClient.newBuilder().sslContext(pair.trusting()).build()) {
      for (String path :
          List.of(
              "/health",
              "/metrics",
              "/admin/plugins",
              "/console/system",
              "/console/system/status-System%20Properties",
              "/console/system/status-Configurations",
              "/console/system/status-Configurations.txt",
              "/console/system/status-Configurations.zip",
              "/console/system/status-Framework%20Properties",
              "/console/system/status-Bundles",
              "/console/system/status-Capabilities",
              "/console/system/status-Services",
              "/console/system/status-scr",
              "/console/system/configMgr/*.json",
              "/console/system/services.json",
              "/console/system/bundles/0.json",
              "/console/system/vmstat",
              "/console/system/nowhere")) {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(url.resolve(path))
                    .timeout(TIME)
                    .header("Authorization", "Bearer " + token)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        heard.add("HTTP " + answer.statusCode() + " " + path + "\n" + answer.body());
      }
    }
    for (String rude :
        List.of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u0016\u0003\u0001\u0000\u0005abcde")) {
      try (Socket socket = new Socket("127.0.0.1", url.getPort())) {
        socket.setSoTimeout((int) TIME.toMillis());
        socket.getOutputStream().write(rude.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        try (InputStream in = socket.getInputStream()) {
          heard.add(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      } catch (IOException e) {
        heard.add(e.toString());
      }
    }
  }

  private static boolean opens(byte[] keyStore, String password) {
    try (InputStream in = new java.io.ByteArrayInputStream(keyStore)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password.toCharArray());
      return true;
    } catch (IOException | GeneralSecurityException e) {
      return false;
    }
  }
}
