package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kiln.api.store.StoreException;
import org.kiln.http.v0.FakeCall.Answer;

class NodeRoutesTest {
  private final FakeNode node = new FakeNode();

  @Test
  void shouldTellChains() {
    assertThat(node.send(FakeCall.get("/api/v0/node/chains")))
        .isEqualTo(new Answer(200, "{\"supportedChains\":[\"inmemory:12345\"]}"));
    try (V0Face face = node.readOnly()) {
      assertThat(FakeCall.get("/api/v0/node/chains").send(face.routes()).body()).isEqualTo("{}");
    }
  }

  @Test
  void shouldTellHealth() {
    assertThat(node.send(FakeCall.get("/api/v0/node/healthcheck")))
        .isEqualTo(new Answer(200, "Alive!"));

    node.streams.failure = new StoreException(StoreException.Kind.CLOSED, "closed", null);

    assertThat(node.send(FakeCall.get("/api/v0/node/healthcheck")))
        .isEqualTo(new Answer(503, "Event store unreachable"));
    assertThat(node.send(FakeCall.get("/api/v0/node/healthcheck").query("checkIpfs", "false")))
        .isEqualTo(new Answer(200, "Alive!"));
  }

  @Test
  void shouldNotBeHealthyBeforeAllIsThere() {
    node.starting = "plugins";

    assertThat(node.send(FakeCall.get("/api/v0/node/healthcheck")))
        .isEqualTo(new Answer(503, "Starting, waits for plugins"));
  }

  @Test
  void shouldSayWherePinsHaveGone() {
    assertThat(node.send(FakeCall.post("/api/v0/pins/kabc", "{}")).body())
        .startsWith("{\"warn\":\"");
    for (FakeCall call :
        new FakeCall[] {
          FakeCall.get("/api/v0/pins"),
          FakeCall.get("/api/v0/pins/kabc"),
          FakeCall.delete("/api/v0/pins/kabc")
        }) {
      assertThat(node.send(call))
          .isEqualTo(
              new Answer(
                  400,
                  "Method not supported: pin requests have moved to the admin API /admin/pins"));
    }
    assertThat(node.streams.pins).isEmpty();
  }
}
