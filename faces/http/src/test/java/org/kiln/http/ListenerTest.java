package org.kiln.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.http.HttpManners;
import org.kiln.core.lending.Rank;

/** Further addresses of the server, the routes that are on them, and the manners of an API. */
class ListenerTest {
  private static final String OTHER = "other";

  private final HttpClient client = HttpClient.newHttpClient();
  private RunningGateway http;

  /** Says its own words to everything below /x. */
  private static final class Terse implements HttpManners {
    @Override
    public boolean covers(String path) {
      return path.startsWith("/x");
    }

    @Override
    public Map<String, String> headers(String path, Optional<String> origin) {
      return Map.of("Access-Control-Allow-Origin", origin.orElse("none"));
    }

    @Override
    public HttpReply.Body options(String path, Set<String> methods) {
      return HttpReply.of(200, "", List.of()).with("Allow", String.join(",", methods));
    }

    @Override
    public HttpReply.Body unserved(String method, String path, Set<String> methods) {
      return HttpReply.of(methods.isEmpty() ? 404 : 405, "", List.of());
    }

    @Override
    public HttpReply.Body problem(HttpProblem problem, Optional<String> accept) {
      return HttpReply.text(problem.status(), "text/plain", "no: " + problem.getMessage());
    }
  }

  @BeforeEach
  void start() throws Exception {
    http = RunningGateway.start();
  }

  @AfterEach
  void stop() {
    client.close();
    http.close();
  }

  private Listener listen(String address) throws Exception {
    Listener listener = new Listener(OTHER, address, "other.address");
    if (listener.bind()) {
      http.attach(listener).start();
    }
    return listener;
  }

  private HttpResponse<String> get(Listener listener, String path) throws Exception {
    String address = ((Ipld.Text) member(listener, "address")).value();
    return client.send(
        HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Ipld member(Listener listener, String name) {
    return ((Ipld.Map) listener.status()).entries().get(name);
  }

  private static double up(Listener listener) {
    return listener.samples().get(0).value();
  }

  @Test
  void shouldServeOnEachAddressWhatIsForIt() throws Exception {
    http.routes.add(TestRoute.text("/here", "here"), new Rank(0, 1));
    http.routes.add(
        TestRoute.text("/there", "there"), new Rank(0, 2), Set.of(OTHER), HttpManners.CLIENTS);
    http.routes.add(
        TestRoute.text("/both", "both"),
        new Rank(0, 3),
        Set.of(OTHER, HttpManners.MAIN),
        HttpManners.CLIENTS);
    Listener listener = listen("127.0.0.1:0");

    assertThat(get(listener, "/there").body()).isEqualTo("there");
    assertThat(get(listener, "/both").body()).isEqualTo("both");
    assertThat(get(listener, "/here").statusCode()).isEqualTo(404);
    assertThat(http.get("/here").body()).isEqualTo("here");
    assertThat(http.get("/both").body()).isEqualTo("both");
    assertThat(http.get("/there").statusCode()).isEqualTo(404);
    assertThat(up(listener)).isEqualTo(1);
    assertThat(http.counters.samples())
        .filteredOn(sample -> sample.name().equals("kiln_http_requests_total"))
        .filteredOn(sample -> sample.labels().contains("/both"))
        .as("a route on two listeners is counted once")
        .singleElement()
        .satisfies(sample -> assertThat(sample.value()).isEqualTo(2));
  }

  @Test
  void shouldRunWithoutAnAddressThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      Listener listener = listen(address);

      assertThat(member(listener, "listening")).isEqualTo(Ipld.FALSE);
      assertThat(member(listener, "address")).isEqualTo(Ipld.of(address));
      assertThat(((Ipld.Text) member(listener, "problem")).value()).contains("in use");
      assertThat(up(listener)).isZero();
      http.with(TestRoute.text("/here", "here"));
      assertThat(http.get("/here").body()).isEqualTo("here");
    }
  }

  @Test
  void shouldRunWithoutAnAddressThatIsNone() throws Exception {
    assertThat(up(listen(""))).isZero();
    // Of the block for documentation (RFC 5737): no machine has it.
    assertThat(up(listen("192.0.2.1:0"))).isZero();
  }

  @Test
  void shouldSpeakInTheMannersOfAnApi() throws IOException {
    http.manners.add(new Terse(), Set.of(HttpManners.MAIN));
    http.with(
        TestRoute.get(
            "/x/fails",
            call -> {
              throw new HttpProblem(503, "busy", "not now");
            }));

    assertThat(http.get("/x/fails").body()).isEqualTo("no: not now");
    assertThat(http.get("/x/fails", "Origin", "http://a.example").headers().map())
        .containsEntry("access-control-allow-origin", List.of("http://a.example"))
        .doesNotContainKey("access-control-allow-credentials");
    assertThat(http.get("/x/none").statusCode()).isEqualTo(404);
    assertThat(http.get("/x/none").body()).isEmpty();
    assertThat(http.send("PUT", "/x/fails", null).statusCode()).isEqualTo(405);
    HttpResponse<String> options = http.send("OPTIONS", "/x/fails", null);
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("allow")).contains("GET,HEAD");
    assertThat(http.get("/y").body()).contains("\"error\"");
  }

  @Test
  void shouldHandOnAllValuesOfAParameter() {
    http.with(
        TestRoute.get(
            "/many", call -> HttpReply.text(200, "text/plain", call.queryValues("a").toString())));
    assertThat(http.get("/many?a=1&b=2&a=%33&c=").body()).isEqualTo("[1, 3]");
    assertThat(http.get("/many").body()).isEqualTo("[]");
  }
}
