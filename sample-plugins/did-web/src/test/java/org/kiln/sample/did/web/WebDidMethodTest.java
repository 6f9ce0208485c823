package org.kiln.sample.did.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.did.Did;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.testkit.DidMethodContract;

class WebDidMethodTest extends DidMethodContract {
  private static final String ED25519 = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";

  private final CountDownLatch over = new CountDownLatch(1);
  private ExecutorService threads;
  private HttpServer server;
  private WebDidMethod method;
  private String host;

  @BeforeEach
  void start() throws IOException {
    threads = Executors.newCachedThreadPool();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    int port = server.getAddress().getPort();
    host = "localhost%3A" + port;
    method = new WebDidMethod(Set.of("localhost:" + port), 60_000);
    serve("/.well-known/did.json", 200, document(did()));
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    method.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Location", "/.well-known/did.json");
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static String document(String did) {
    return """
    {"id": "%s", "controller": "did:web:example.org", "verificationMethod": [
      {"id": "#one", "type": "Multikey", "publicKeyMultibase": "%s"},
      {"id": "%s#two", "type": "JsonWebKey2020", "publicKeyJwk": {"kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}},
      {"id": "#three", "type": "Mystery", "publicKeyHex": "00"}]}
    """
        .formatted(did, ED25519, did);
  }

  @Override
  protected DidMethod method() {
    return method;
  }

  @Override
  protected String did() {
    return "did:web:" + host;
  }

  private ThrowingCallable resolving(String did) {
    return () -> method.resolve(DidUrl.parse(did), now());
  }

  @Test
  void shouldReadTheKeysOfTheDocument() throws Exception {
    DidDocument document = method.resolve(DidUrl.parse(did() + "#two"), now());

    assertThat(document.controllers()).containsExactly("did:web:example.org");
    assertThat(document.verificationMethods())
        .extracting(key -> key.id() + " " + key.algorithms() + " " + key.publicKey().length)
        .containsExactly(
            did() + "#one [EdDSA] 32", did() + "#two [ES256] 65", did() + "#three [] 0");
  }

  @Test
  void shouldFindTheDocumentOfAPath() throws Exception {
    String did = did() + ":people:ann";
    serve("/people/ann/did.json", 200, document(did));
    assertThat(method.resolve(DidUrl.parse(did), now()).id().value()).isEqualTo(did);
  }

  @ParameterizedTest
  @CsvSource({
    "404, '', notFound, false, answered 404",
    "503, '', internalError, true, answered 503",
    "302, '', internalError, true, redirects are not followed",
    "200, '', invalidDidDocument, false, is no JSON",
    "200, '[]', invalidDidDocument, false, holds no JSON object",
    "200, '{\"id\":\"did:web:example.com\"}', invalidDidDocument, false, is the document of"
        + " did:web:example.com",
    "200, '{\"id\":1,\"id\":2}', invalidDidDocument, false, is no JSON: Duplicate field",
  })
  void rejectsWhatTheHostSays(
      int status, String body, String error, boolean retryable, String sentence) {
    serve("/odd/did.json", status, body);
    assertThatThrownBy(resolving(did() + ":odd"))
        .hasMessageContaining(sentence)
        .isInstanceOfSatisfying(
            DidException.class,
            e -> {
              assertThat(e.error()).isEqualTo(error);
              assertThat(e.retry().worthwhile()).isEqualTo(retryable);
            });
  }

  @Test
  void rejectsTooLargeAndTooDeepADocument() {
    serve("/large/did.json", 200, " ".repeat(Fetch.MAX_BYTES) + "{}");
    serve("/deep/did.json", 200, "[".repeat(10_000));
    assertThatThrownBy(resolving(did() + ":large")).hasMessageContaining("more than 65536 bytes");
    assertThatThrownBy(resolving(did() + ":deep")).hasMessageContaining("is no JSON");
  }

  @Test
  void rejectsToWaitForAHostThatDribbles() {
    server.createContext(
        "/slow/did.json",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    try (WebDidMethod hasty =
        new WebDidMethod(Set.of("localhost:" + server.getAddress().getPort()), 1_000)) {
      assertThatThrownBy(() -> hasty.resolve(DidUrl.parse(did() + ":slow"), now()))
          .hasMessageContaining("did not answer in time")
          .isInstanceOfSatisfying(
              DidException.class, e -> assertThat(e.retry().worthwhile()).isTrue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "192.168.0.1"})
  void rejectsToAskMachinesThatAreNotOnTheInternet(String inside) {
    assertThatThrownBy(resolving("did:web:" + inside))
        .hasMessageContaining("is not on the Internet")
        .isInstanceOf(DidException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h:..:x", "h:a%", "h:", "-h", "h%3A0", "h%3A123456", "h%3A1%3A2", "h%2Fx"})
  void rejectsOddNames(String odd) {
    Did did = new Did("did:web:" + odd);
    assertThatThrownBy(() -> WebLocation.of(did, Set.of("h"))).isInstanceOf(DidException.class);
  }
}
