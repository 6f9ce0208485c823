package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.PemPair;

/** Who may do what at a running node. */
class AccessIT {
  @TempDir static Path data;
  @TempDir static Path other;

  private static final Distribution DISTRIBUTION = Distribution.find();
  private static final Author ADMIN = new Author(new byte[32]);
  private static NodeProcess node;
  private static String password;

  @BeforeAll
  static void start() throws Exception {
    node =
        NodeProcess.start(
            DISTRIBUTION,
            data,
            "--set",
            "http.rehearsal-seconds=0",
            "--set",
            "admin.dids=" + ADMIN.did());
    Await.until("the operator is shown", () -> node.output().contains("password"));
    Matcher shown = Pattern.compile("password (\\S+)").matcher(node.output());
    assertThat(shown.find()).isTrue();
    password = shown.group(1);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private record Answer(int status, String head, String body) {
    String header(String name) {
      Matcher line = Pattern.compile("(?im)^" + name + ": (.*)$").matcher(head);
      return line.find() ? line.group(1).strip() : "";
    }

    String member(String name) {
      Matcher member = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(body);
      return member.find() ? member.group(1) : "";
    }
  }

  /** By hand: the JDK's client does not let anyone choose Host and Origin. */
  private static Answer ask(String method, String path, String body, String... headers)
      throws IOException {
    return ask(SocketFactory.getDefault(), node, method, path, body, headers);
  }

  private static Answer ask(
      SocketFactory sockets,
      NodeProcess to,
      String method,
      String path,
      String body,
      String... headers)
      throws IOException {
    try (Socket socket = sockets.createSocket("127.0.0.1", to.url().getPort())) {
      socket.setSoTimeout(60_000);
      StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.0\r\n");
      boolean host = false;
      for (int i = 0; i < headers.length; i += 2) {
        request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        host |= headers[i].equals("Host");
      }
      if (!host) {
        request.append("Host: localhost:").append(to.url().getPort()).append("\r\n");
      }
      request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(answer.split(" ")[1]),
          answer.substring(0, end),
          answer.substring(end + 4));
    }
  }

  private static String basic(String name, String secret) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldLogInAPersonAndWantTheSessionsTokenForChanges() throws Exception {
    Answer in =
        ask(
            "POST",
            "/admin/session",
            "{\"name\":\"operator\",\"password\":\"" + password + "\"}",
            "Content-Type",
            "application/json");
    assertThat(in.status()).as(in.body()).isEqualTo(200);
    String cookie = in.header("Set-Cookie").split(";")[0];
    assertThat(in.header("Set-Cookie")).contains("HttpOnly", "SameSite=Strict");

    assertThat(ask("GET", "/admin/plugins", "", "Cookie", cookie).status()).isEqualTo(200);
    assertThat(ask("GET", "/admin/plugins", "").status()).isEqualTo(401);
    Answer without = ask("POST", "/admin/anchor/now", "", "Cookie", cookie);
    assertThat(without.status()).isEqualTo(403);
    assertThat(without.member("code")).isEqualTo("csrf");
    String csrf = in.member("csrf");
    assertThat(ask("POST", "/admin/anchor/now", "", "Cookie", cookie, "X-Kiln-CSRF", csrf).status())
        .isEqualTo(202);
    assertThat(ask("DELETE", "/admin/session", "", "Cookie", cookie, "X-Kiln-CSRF", csrf).status())
        .isEqualTo(200);
    assertThat(ask("GET", "/admin/plugins", "", "Cookie", cookie).status()).isEqualTo(401);
  }

  @Test
  void rejectsPagesOfOthersWhateverTheyHold() throws Exception {
    String operator = basic("operator", password);
    String[][] foreign = {
      {"Host", "evil.example:7007"},
      {"Origin", "https://evil.example"},
      {"Origin", "http://localhost:3000"},
      {"Sec-Fetch-Site", "cross-site"}
    };
    for (String[] header : foreign) {
      Answer answer =
          ask("POST", "/admin/anchor/now", "", "Authorization", operator, header[0], header[1]);
      assertThat(answer.status()).as(header[1]).isEqualTo(403);
      assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }
    assertThat(
            ask("GET", "/api/v0/node/healthcheck", "", "Origin", "https://app.example")
                .header("Access-Control-Allow-Origin"))
        .isEqualTo("https://app.example");
  }

  @Test
  void shouldLetAViewerLookAndSayWhoDidWhat() throws Exception {
    Distribution.Answer made =
        DISTRIBUTION.run("access", "add", "eve", "viewer", "--data", data.toString());
    assertThat(made.output()).contains("viewer eve, password ");
    Matcher secret = Pattern.compile("password (\\S+)").matcher(made.output());
    assertThat(secret.find()).isTrue();
    String eve = basic("eve", secret.group(1));
    assertThat(ask("GET", "/admin/plugins", "", "Authorization", eve).status()).isEqualTo(200);
    Answer refused = ask("POST", "/admin/anchor/now", "", "Authorization", eve);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.member("error")).contains("eve is a viewer");

    Distribution.Answer audit = DISTRIBUTION.run("access", "audit", "--data", data.toString());
    assertThat(audit.output())
        .contains("PUT /admin/credentials/eve: 200")
        .contains("POST /admin/anchor/now: 403")
        .doesNotContain(secret.group(1));
  }

  @Test
  void shouldMakeANewPasswordWhenOneIsLost() throws Exception {
    DISTRIBUTION.run("access", "add", "lost", "operator", "--data", data.toString());
    Distribution.Answer reset =
        DISTRIBUTION.run("access", "reset", "lost", "--data", data.toString());
    Matcher secret = Pattern.compile("password (\\S+)").matcher(reset.output());
    assertThat(secret.find()).as(reset.output()).isTrue();
    assertThat(
            ask("GET", "/admin/plugins", "", "Authorization", basic("lost", secret.group(1)))
                .status())
        .isEqualTo(200);
  }

  @Test
  void shouldStopRefusedAdminRequestsOfTheV0Face() throws Exception {
    Author stranger = new Author("another seed of thirty-two bytes".getBytes());
    String path = "/api/v0/admin/shutdown";
    Answer refused = ask("POST", path, signed(stranger, path), "Content-Type", "application/json");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body()).contains("does not have admin access permission");
    assertThat(node.alive()).isTrue();
    assertThat(ask("GET", "/api/v0/node/healthcheck", "").status()).isEqualTo(200);

    String status = "/api/v0/admin/status";
    String jws = signed(ADMIN, status);
    jws = jws.substring(jws.indexOf(":\"") + 2, jws.length() - 2);
    assertThat(ask("GET", status, "", "Authorization", "Basic " + jws).status()).isEqualTo(200);
    assertThat(ask("GET", status, "", "Authorization", "Basic " + jws).status())
        .as("a code is good for once")
        .isEqualTo(401);
    assertThat(Files.readString(data.resolve("logs/audit.log")))
        .contains("POST /api/v0/admin/shutdown");
  }

  private static String signed(Author author, String path) throws IOException {
    String code = ask("GET", "/api/v0/admin/getCode", "").member("code");
    return "{\"jws\":\""
        + author.compact("{\"code\":\"" + code + "\",\"requestPath\":\"" + path + "\"}")
        + "\"}";
  }

  @Test
  void shouldSpeakTlsFromAPemPair() throws Exception {
    PemPair pair = PemPair.make(other);
    try (NodeProcess tls =
        NodeProcess.startTls(DISTRIBUTION, other, pair, "--set", "http.rehearsal-seconds=0")) {
      int port = tls.url().getPort();
      Await.until(
          "the node is ready", () -> tls.output().contains("https://127.0.0.1:" + port + "/"));
      Distribution.Answer status = DISTRIBUTION.run("status", "--data", other.toString());
      assertThat(status.exitCode()).as(status.output()).isZero();
      assertThat(status.output()).contains("https://127.0.0.1:" + port, "healthy");
      try (Socket socket = pair.trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
        socket.setSoTimeout(60_000);
        socket
            .getOutputStream()
            .write(
                ("GET /api/v0/node/healthcheck HTTP/1.0\r\nHost: localhost:" + port + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .contains("200 OK", "Alive!");
      }
      assertThat(tls.stop()).isZero();
    }
  }
}
