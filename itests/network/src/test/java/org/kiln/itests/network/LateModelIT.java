package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.itests.network.Kiln.until;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.itests.harness.V0Client;

/** A document whose model only a node holds that cannot be reached, until after a restart. */
@Timeout(600)
class LateModelIT {
  private static final String WAITS = "\nkiln_streams_waiting 1\n";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Author author = new Author(new byte[32]);
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private Kiln kiln(String name, String... peers) throws Exception {
    Kiln kiln = new Kiln(folder.resolve(name), author, peers);
    open.add(kiln);
    return kiln;
  }

  @Test
  void shouldFetchAfterARestartWhatADocumentWaitsFor() throws Exception {
    Kiln one = kiln("one");
    SignedEvent init =
        author.model("Note", Ipld.map("text", Ipld.map("type", Ipld.of("string"))), "list");
    StreamId model = one.create(2, init);
    SignedEvent first = author.instance(model, Ipld.map("text", Ipld.of("a")), "late model");
    StreamId note = one.create(3, first);
    SignedEvent second = one.write(note, note.init(), "b");

    CuttingProxy toOne = new CuttingProxy(one.port);
    open.add(toOne);
    toOne.cut();
    Kiln two = kiln("two", one.address(toOne.port()));
    // The document comes by somebody who has its events and nothing else.
    try (GivingPeer peer = new GivingPeer(folder.resolve("peer"), note, List.of(first, second))) {
      peer.connect(two);
      two.awaitGossipWith(1);
      V0Client.Answer answer = two.client.get("/api/v0/streams/" + note);
      assertThat(answer.status()).as(answer.text()).isEqualTo(404);
      assertThat(answer.body().path("missing").asText()).isEqualTo("stream:" + model);
      assertThat(two.metrics()).contains(WAITS);
    }
    two.process.kill();

    Kiln again = kiln("two", one.address(toOne.port()));
    until("it is known who waits", () -> again.metrics().contains(WAITS));
    toOne.heal();
    // Nobody reads the document meanwhile.
    until("the model is here", () -> again.client.get("/api/v0/streams/" + model + "?sync=2").ok());
    until("nothing waits", () -> again.metrics().contains("\nkiln_streams_waiting 0\n"));
    assertThat(again.state(model)).isEqualTo(one.state(model));
    V0Client.Answer here = again.client.get("/api/v0/streams/" + note + "?sync=2");
    assertThat(here.body().at("/state/content/text").asText()).as(here.text()).isEqualTo("b");
    assertThat(again.state(note)).isEqualTo(one.state(note));
    assertThat(again.process.complaints()).isEmpty();
  }
}
