package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.itests.network.Kiln.until;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.itests.harness.Author;
import org.kiln.itests.harness.SignedEvent;

/**
 * Kilns as they ship beside a live ceramic-one: one that dials it and one that it dials. Skipped
 * where none is at hand ({@link CeramicOne}).
 */
@Timeout(900)
class CeramicOneIT {
  private static final Path EVENTS = Path.of("recon/events.json").toAbsolutePath();

  private static final String UNANCHORED = "anchor.enabled=false";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Author author = new Author(new byte[32]);
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    http.close();
  }

  private CeramicOne one() throws Exception {
    CeramicOne one = CeramicOne.start(folder.resolve("ceramic-one"));
    open.add(one);
    return one;
  }

  private Kiln kiln(String name, String anchoring, String interests, String... peers)
      throws Exception {
    Kiln kiln =
        new Kiln(
            folder.resolve(name),
            author,
            List.of(
                "network.sync=false",
                "recon.enabled=true",
                "recon.interests=" + interests,
                anchoring),
            peers);
    open.add(kiln);
    return kiln;
  }

  private String ask(Kiln kiln, String method, String path, String body) throws Exception {
    URI uri = URI.create(kiln.process.oneUrl() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return answer.body();
  }

  private Set<String> delivered(Kiln kiln) throws Exception {
    return CeramicOne.delivered(path -> ask(kiln, "GET", path, ""));
  }

  @Test
  void shouldHoldEventsInCommonWithACeramicOneAlsoOverAKill() throws Exception {
    CeramicOne one = one();
    JsonNode events = new ObjectMapper().readTree(EVENTS.toFile());
    String models = events.get("meta").get("metaModel").asText();
    String model = events.get("meta").get("model").asText();
    one.want(models);
    one.want(model);
    Kiln dials = kiln("dials", UNANCHORED, models + "," + model, one.address());
    Kiln dialled = kiln("dialled", UNANCHORED, models + "," + model);
    one.dial(dialled.address());
    Set<String> all = new HashSet<>();
    one.post(events.get("model").get("data").asText());
    all.add(events.get("model").get("id").asText());
    // Documents are begun on three nodes, updates come where their documents are not yet.
    for (JsonNode doc : events.get("docs")) {
      all.add(doc.get("id").asText());
      String data = "{\"data\":\"" + doc.get("data").asText() + "\"}";
      switch (all.size() % 3) {
        case 0 -> one.post(doc.get("data").asText());
        case 1 -> ask(dials, "POST", "/ceramic/events", data);
        default -> ask(dialled, "POST", "/ceramic/events", data);
      }
    }
    until("ceramic-one has all", () -> one.delivered().containsAll(all));
    until("who dials it has all", () -> delivered(dials).containsAll(all));
    until("whom it dials has all", () -> delivered(dialled).containsAll(all));
    one.killAndStart();
    for (String kind : List.of("updates", "chain", "forks")) {
      for (JsonNode event : events.get(kind)) {
        all.add(event.get("id").asText());
        ask(dials, "POST", "/ceramic/events", "{\"data\":\"" + event.get("data").asText() + "\"}");
      }
    }
    one.dial(dialled.address());
    until("ceramic-one has all again", () -> one.delivered().containsAll(all));
    until("whom it dials has all again", () -> delivered(dialled).containsAll(all));
    assertThat(one.hungUp()).isEmpty();
    for (Kiln kiln : List.of(dials, dialled)) {
      until("it knows", () -> kiln.metrics().contains("kiln_recon_in_sync_peers 1\n"));
      assertThat(kiln.metrics()).contains("kiln_recon_bad_total 0\n");
      assertThat(kiln.process.complaints()).isEmpty();
    }
  }

  @Test
  void shouldGiveTheRestToACeramicOneThatHangsUpForATimeEvent() throws Exception {
    CeramicOne one = one();
    SignedEvent noteModel = Kiln.noteModel(author);
    StreamId model = StreamId.of(2, noteModel.cid());
    one.want(StreamId.MODEL.toString());
    one.want(model.toString());
    Kiln kiln =
        kiln("one", "anchor.batch-interval-ms=100", StreamId.MODEL + "," + model, one.address());
    kiln.create(2, noteModel);
    List<StreamId> notes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      notes.add(note(kiln, model, i));
    }
    // Nobody can ask the chain in this node's memory.
    for (StreamId note : notes) {
      assertThat(
              kiln.client
                  .post(
                      "/api/v0/streams/" + note + "/anchor", JsonNodeFactory.instance.objectNode())
                  .ok())
          .isTrue();
    }
    until("they have their time events", () -> delivered(kiln).size() == 1 + 2 * notes.size());
    until("ceramic-one hangs up", () -> !one.hungUp().isEmpty());
    for (int i = 5; i < 40; i++) {
      notes.add(note(kiln, model, i));
    }
    until(
        "all the others are there",
        () ->
            one.delivered()
                .containsAll(notes.stream().map(note -> note.init().toString()).toList()));
    assertThat(kiln.metrics()).contains("kiln_recon_bad_total 0\n");
    assertThat(kiln.process.complaints()).isEmpty();
  }

  private StreamId note(Kiln kiln, StreamId model, int number) throws Exception {
    return kiln.create(
        3, author.instance(model, Ipld.map("text", Ipld.of("note " + number)), "unique " + number));
  }
}
