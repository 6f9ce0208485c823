package org.kiln.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.access.Caller;
import org.kiln.ipld.Json;
import org.kiln.testkit.FakeHttpCall;

class AccessTest {
  private static final String TOKEN = "a-long-random-token";

  @TempDir Path data;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private Access access;
  private String password;

  @BeforeEach
  void open() throws IOException {
    access = reopened();
    password = access.firstOperator().orElseThrow();
  }

  private Access reopened() throws IOException {
    return new Access(
        data.resolve("access"),
        data.resolve("logs/audit.log"),
        clock,
        new Access.Settings(
            Duration.ofMinutes(60),
            List.of("node.example"),
            new Tokens(List.of(Secrets.hash(TOKEN)), List.of())));
  }

  @AfterEach
  void close() throws IOException {
    access.close();
  }

  private HttpReply.Body call(FakeHttpCall call) throws HttpProblem {
    for (HttpRoute route : access.routes()) {
      String fixed = route.pattern().replace("{name}", "");
      if (call.path().startsWith(fixed)
          && route.pattern().contains("{") == (call.path().length() > fixed.length())
          && route.methods().contains(call.method())) {
        if (route.access() != HttpRoute.Access.PUBLIC) {
          access.control().admit(route.access(), call);
        }
        return (HttpReply.Body) route.handle(call);
      }
    }
    throw new IllegalArgumentException("No route for " + call.method() + " " + call.path());
  }

  private static Ipld.Map json(HttpReply.Body reply) throws Exception {
    return Json.parseMap(reply.parts().get(0));
  }

  private static FakeHttpCall to(String method, String path) {
    return FakeHttpCall.of(method, path).withHeader("Host", "127.0.0.1:7007");
  }

  private FakeHttpCall login(String name, String secret) {
    return to("POST", "/admin/session")
        .withJson("{\"name\":\"" + name + "\",\"password\":\"" + secret + "\"}");
  }

  private static FakeHttpCall basic(FakeHttpCall call, String name, String secret) {
    return call.withHeader(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes()));
  }

  private static FakeHttpCall anchorNow() {
    return to("POST", "/admin/anchor/now");
  }

  private Caller admit(FakeHttpCall call) throws HttpProblem {
    return access.control().admit(HttpRoute.Access.OPERATOR, call);
  }

  private HttpProblem refusal(FakeHttpCall call) {
    return catchThrowableOfType(HttpProblem.class, () -> admit(call));
  }

  @Test
  void shouldMakeTheFirstOperatorOnceAndKeepOnlyItsHash() throws Exception {
    assertThat(password).matches("([0-9A-Z]{5}-){4}[0-9A-Z]{5}");
    Path file = data.resolve("access/credentials");
    assertThat(Files.readString(file)).contains("operator operator pbkdf2-sha512$");
    assertThat(Files.readString(file)).doesNotContain(password);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    access.close();
    access = reopened();
    assertThat(access.firstOperator()).isEmpty();
    assertThat(admit(basic(anchorNow(), "operator", password)).name()).isEqualTo("operator");
  }

  @Test
  void shouldKnowOperatorsByBasicBearerAndToken() throws Exception {
    assertThat(admit(basic(anchorNow(), "operator", password)).role())
        .isEqualTo(HttpRoute.Access.OPERATOR);
    assertThat(admit(anchorNow().withHeader("Authorization", "Bearer " + password)).name())
        .isEqualTo("operator");
    assertThat(admit(anchorNow().withHeader("Authorization", "Bearer operator:" + password)).name())
        .isEqualTo("operator");
    assertThat(admit(anchorNow().withHeader("Authorization", "Bearer " + TOKEN)).name())
        .isEqualTo("operator.token");
  }

  @ParameterizedTest
  @CsvSource({"Basic %%%", "Basic bm9jb2xvbg==", "Digest x", "Bearer", "Basic", "'',"})
  void rejectsHeadersThatHoldNoCredential(String header) {
    assertThat(
            refusal(anchorNow().withHeader("Authorization", header == null ? "" : header)).status())
        .isEqualTo(401);
  }

  @Test
  void rejectsWhoHasNothing() {
    assertThat(refusal(anchorNow()).status()).isEqualTo(401);
    assertThat(refusal(anchorNow().withHeader("Cookie", "kiln_session=made-up")).status())
        .isEqualTo(401);
  }

  @Test
  void shouldKeepASessionThatNeedsItsTokenForChanges() throws Exception {
    HttpReply.Body answer = call(login("operator", password));
    String cookie = answer.headers().get("Set-Cookie");
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").doesNotContain("Secure");
    String session = cookie.substring(0, cookie.indexOf(';'));
    String csrf = json(answer).text("csrf").orElseThrow();

    assertThat(refusal(anchorNow().withHeader("Cookie", session)).code()).isEqualTo("csrf");
    assertThat(
            admit(
                    anchorNow()
                        .withHeader("Cookie", "a=b; " + session)
                        .withHeader("X-Kiln-CSRF", csrf))
                .name())
        .isEqualTo("operator");
    assertThat(admit(to("GET", "/admin/anchor").withHeader("Cookie", session)).name())
        .isEqualTo("operator");
    assertThat(json(call(to("GET", "/admin/session").withHeader("Cookie", session))).text("csrf"))
        .hasValue(csrf);

    call(
        to("DELETE", "/admin/session")
            .withHeader("Cookie", session)
            .withHeader("X-Kiln-CSRF", csrf));
    assertThat(refusal(to("GET", "/admin/anchor").withHeader("Cookie", session)).status())
        .isEqualTo(401);
  }

  @Test
  void shouldMarkTheCookieSecureForPagesOverTls() throws Exception {
    HttpReply.Body answer =
        call(
            login("operator", password)
                .withHeader("Host", "node.example")
                .withHeader("Origin", "https://node.example"));
    assertThat(answer.headers().get("Set-Cookie")).contains("; Secure");
  }

  @Test
  void shouldEndASessionThatIsNotUsed() throws Exception {
    String cookie = call(login("operator", password)).headers().get("Set-Cookie");
    String session = cookie.substring(0, cookie.indexOf(';'));
    now = now.plus(Duration.ofMinutes(61));
    assertThat(refusal(to("GET", "/admin/anchor").withHeader("Cookie", session)).status())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example,,,foreign-host",
    "evil.example:7007,http://evil.example:7007,,foreign-host",
    "127.0.0.1:7007,http://127.0.0.1:3000,,foreign-origin",
    "localhost:7007,https://evil.example,,foreign-origin",
    "127.0.0.1:7007,null,,foreign-origin",
    "localhost:7007,,cross-site,foreign-origin",
    "localhost:7007,,same-site,foreign-origin",
  })
  void rejectsForeignPagesEvenWithACredential(
      String host, String origin, String site, String code) {
    FakeHttpCall call = basic(anchorNow(), "operator", password).withHeader("Host", host);
    if (origin != null) {
      call = call.withHeader("Origin", origin);
    }
    if (site != null) {
      call = call.withHeader("Sec-Fetch-Site", site);
    }
    HttpProblem problem = refusal(call);
    assertThat(problem.status()).isEqualTo(403);
    assertThat(problem.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:7007,http://localhost:7007",
    "[::1]:7007,http://[::1]:7007",
    "192.168.1.4:7007,http://192.168.1.4:7007",
    "node.example,https://node.example",
    "NODE.example:443,https://node.example",
    "localhost:7007,"
  })
  void shouldLetTheNodesOwnPagesIn(String host, String origin) throws Exception {
    FakeHttpCall call = basic(anchorNow(), "operator", password).withHeader("Host", host);
    if (origin != null) {
      call = call.withHeader("Origin", origin);
    }
    assertThat(admit(call).name()).isEqualTo("operator");
  }

  @Test
  void rejectsGuessingAndForgivesAfterAMinute() throws Exception {
    for (int i = 0; i < GuessLimit.PER_ADDRESS; i++) {
      assertThat(refusal(basic(anchorNow(), "operator", "guess number " + i)).status())
          .isEqualTo(401);
    }
    HttpProblem problem = refusal(basic(anchorNow(), "operator", password));
    assertThat(problem.status()).isEqualTo(429);
    assertThat(problem.retry().after().orElseThrow().toSeconds()).isBetween(1L, 61L);
    assertThat(admit(basic(anchorNow().withRemoteAddress("10.0.0.1"), "operator", password)).name())
        .isEqualTo("operator");
    now = now.plus(GuessLimit.WINDOW);
    assertThat(admit(basic(anchorNow(), "operator", password)).name()).isEqualTo("operator");
  }

  @Test
  void shouldLetViewersLookAndNotChange() throws Exception {
    HttpReply.Body made =
        call(
            basic(to("PUT", "/admin/credentials/eve"), "operator", password)
                .withVariable("name", "eve")
                .withJson("{\"role\":\"viewer\"}"));
    String secret = json(made).text("password").orElseThrow();
    assertThat(
            access
                .control()
                .admit(HttpRoute.Access.VIEWER, basic(to("GET", "/admin/anchor"), "eve", secret))
                .role())
        .isEqualTo(HttpRoute.Access.VIEWER);
    HttpProblem problem = refusal(basic(anchorNow(), "eve", secret));
    assertThat(problem.status()).isEqualTo(403);
    assertThat(problem.getMessage()).contains("eve is a viewer");
  }

  @Test
  void shouldForgetAPasswordThatWasChanged() throws Exception {
    assertThat(admit(basic(anchorNow(), "operator", password)).name()).isEqualTo("operator");
    call(
        basic(to("PUT", "/admin/credentials/operator"), "operator", password)
            .withVariable("name", "operator")
            .withJson("{\"password\":\"another long password\"}"));
    assertThat(refusal(basic(anchorNow(), "operator", password)).status()).isEqualTo(401);
    assertThat(admit(basic(anchorNow(), "operator", "another long password")).name())
        .isEqualTo("operator");
  }

  @Test
  void rejectsANewPasswordForNobody() {
    assertThatThrownBy(
            () ->
                call(
                    basic(to("PUT", "/admin/credentials/nobody"), "operator", password)
                        .withVariable("name", "nobody")
                        .withJson("{}")))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(404))
        .hasMessageContaining("There is no credential called nobody");
  }

  @Test
  void rejectsTakingTheLastOperatorAway() {
    assertThatThrownBy(
            () ->
                call(
                    basic(to("DELETE", "/admin/credentials/operator"), "operator", password)
                        .withVariable("name", "operator")))
        .isInstanceOf(HttpProblem.class)
        .hasMessageContaining("the only operator");
  }

  @Test
  void shouldTakeDownWhoDidWhat() throws Exception {
    access.audit().record("operator", "127.0.0.1", "POST /admin/anchor/now", "202", "");
    assertThatThrownBy(() -> call(login("operator", "wrong"))).isInstanceOf(HttpProblem.class);
    HttpReply.Body answer = call(basic(to("GET", "/admin/audit"), "operator", password));
    Ipld.List entries = (Ipld.List) json(answer).get("entries").orElseThrow();
    Ipld.Map newest = (Ipld.Map) entries.items().get(0);
    assertThat(newest.text("action")).hasValue("log in");
    assertThat(newest.text("outcome")).hasValue("401");
    assertThat(((Ipld.Map) entries.items().get(1)).text("who")).hasValue("operator");
    assertThat(Files.readString(data.resolve("logs/audit.log"))).doesNotContain("wrong");
  }

  @Test
  void shouldBoundTheAuditLog() throws Exception {
    Path file = data.resolve("small/audit.log");
    try (AuditFile audit = new AuditFile(file, 1000, clock)) {
      for (int i = 0; i < 100; i++) {
        audit.record("operator", "::1", "change " + i, "200", "x".repeat(2000));
      }
      try (var files = Files.list(file.getParent())) {
        assertThat(files).hasSize(5);
      }
      assertThat(((Ipld.Map) audit.newest(10).get(0)).text("action")).hasValue("change 99");
    }
  }

  @Test
  void rejectsAFloodOfRefusals() throws Exception {
    Path file = data.resolve("flood/audit.log");
    try (AuditFile audit = new AuditFile(file, 1 << 20, clock)) {
      for (int i = 0; i < 1000; i++) {
        audit.record("", "::1", "POST /admin/anchor/now", "401", "");
      }
      audit.record("operator", "::1", "POST /admin/anchor/now", "202", "");
      assertThat(audit.newest(1000)).hasSize(61);
    }
  }

  @Test
  void rejectsAFileThatHoldsSomethingElse() throws Exception {
    Path file = data.resolve("broken");
    Files.writeString(file, "operator operator plain-text 2026-01-01T00:00:00Z\n");
    assertThatThrownBy(() -> Credentials.open(file, clock))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 1 is no credential");
  }
}
