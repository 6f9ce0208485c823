package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.http.v0.FakeCall.Answer;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.CommitJson;

/** What clients of js-ceramic are shown of Models that were updated, and what they may send. */
class FinalModelsTest {
  private static final Cid UPDATE = Cid.sha256(Cid.DAG_CBOR, new byte[] {7});
  private static final Cid STAMP = Cid.sha256(Cid.DAG_CBOR, new byte[] {8});

  private final FakeNode node = new FakeNode();

  private static StreamState state(StreamId id, String name, LogEntry... log) {
    Document document =
        Document.of(
            Ipld.map("name", Ipld.of(name)),
            Ipld.map("controllers", Ipld.list()),
            Signature.SIGNED);
    return StreamState.of(id, 1, document, StreamLog.of(List.of(log)));
  }

  /** A stream of that type whose first event was followed by an update and a time event. */
  private StreamId updated(int type) {
    StreamId id = node.streams.put(type, Ipld.map("name", Ipld.of("First")), 1);
    LogEntry init = LogEntry.of(id.init(), LogEntry.Kind.INIT);
    LogEntry update = LogEntry.of(UPDATE, LogEntry.Kind.DATA);
    node.streams.past.put(id.init(), node.streams.states.get(id));
    node.streams.past.put(UPDATE, state(id, "Second", init, update));
    node.streams.states.put(
        id, state(id, "Second", init, update, LogEntry.of(STAMP, LogEntry.Kind.TIME)));
    return id;
  }

  private Answer post(String path, Ipld body) {
    return node.send(FakeCall.post(path, new String(bytes(body), StandardCharsets.UTF_8)));
  }

  private static byte[] bytes(Ipld body) {
    JsonBytes out = new JsonBytes(512);
    IpldJson.write(body, out);
    return out.toBytes();
  }

  private static Ipld query(String id) {
    return Ipld.map("queries", Ipld.list(Ipld.map("streamId", Ipld.of(id))));
  }

  @Test
  void shouldShowTheDefinitionThatDocumentsAreJudgedBy() {
    StreamId model = updated(2);

    String shown = node.send(FakeCall.get("/api/v0/streams/" + model)).body();

    assertThat(shown).contains("\"First\"").doesNotContain("Second", UPDATE.toString());
    assertThat(node.send(FakeCall.get("/api/v0/streams/" + model + "/content")).body())
        .isEqualTo("{\"name\":\"First\"}");
    String state = shown.substring(shown.indexOf("\"state\":") + 8, shown.length() - 1);
    assertThat(post("/api/v0/multiqueries", query(model.toString())).body())
        .isEqualTo("{\"" + model + "\":" + state + "}");
    node.streams.atHand.add(model);
    assertThat(post("/api/v0/multiqueries", query(model.toString())).body())
        .isEqualTo("{\"" + model + "\":" + state + "}");
  }

  @Test
  void shouldShowTheTimeEventsBeforeTheUpdate() {
    StreamId model = node.streams.put(2, Ipld.map("name", Ipld.of("First")), 1);
    LogEntry init = LogEntry.of(model.init(), LogEntry.Kind.INIT);
    LogEntry stamp = LogEntry.of(STAMP, LogEntry.Kind.TIME);
    node.streams.past.put(STAMP, state(model, "First", init, stamp));
    node.streams.states.put(
        model, state(model, "Second", init, stamp, LogEntry.of(UPDATE, LogEntry.Kind.DATA)));

    assertThat(node.send(FakeCall.get("/api/v0/streams/" + model)).body())
        .contains("\"First\"", STAMP.toString())
        .doesNotContain("Second", UPDATE.toString());
  }

  @Test
  void shouldShowAModelAsOfATimeAndAtAnEvent() {
    StreamId model = updated(2);
    String update = new CommitId(model, UPDATE).toString();
    Ipld atTime =
        Ipld.map(
            "queries",
            Ipld.list(
                Ipld.map(
                    "streamId", Ipld.of(model.toString()), "opts", Ipld.map("atTime", Ipld.of(9))),
                Ipld.map("streamId", Ipld.of(update))));

    assertThat(post("/api/v0/multiqueries", atTime).body())
        .contains("\"" + CommitId.genesis(model) + "\":", "\"First\"")
        .contains("\"" + update + "\":", "\"Second\"");
    assertThat(node.send(FakeCall.get("/api/v0/streams/" + update)).body()).contains("Second");
  }

  @Test
  void shouldShowOtherStreamsAsTheyAre() {
    StreamId document = updated(3);

    assertThat(node.send(FakeCall.get("/api/v0/streams/" + document)).body())
        .contains("Second", STAMP.toString());
  }

  @Test
  void rejectsAFirstEventThatNamesAVersion() throws Exception {
    assertThat(create(Ipld.of(UPDATE)))
        .satisfies(answer -> assertThat(answer.status()).as(answer.body()).isEqualTo(400))
        .satisfies(answer -> assertThat(answer.body()).contains("name no modelVersion"));
    assertThat(node.streams.states).isEmpty();
    assertThat(create(Ipld.NULL).status()).isEqualTo(200);
  }

  @Test
  void shouldLeaveOutADeterministicDocumentThatNamesAVersion() throws Exception {
    for (Ipld version : List.of(Ipld.of(UPDATE), Ipld.NULL)) {
      Block init = init(version);
      String id = StreamId.of(3, init.cid()).toString();

      Answer answer =
          post(
              "/api/v0/multiqueries",
              Ipld.map(
                  "queries",
                  Ipld.list(Ipld.map("streamId", Ipld.of(id), "genesis", genesis(init)))));

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().contains(id)).isEqualTo(version.equals(Ipld.NULL));
    }
    assertThat(node.streams.states).hasSize(1);
  }

  private Answer create(Ipld version) throws Exception {
    return post("/api/v0/streams", Ipld.map("type", Ipld.of(3), "genesis", genesis(init(version))));
  }

  private static Ipld genesis(Block init) throws Exception {
    return CommitJson.write(
        init.cid(), cid -> cid.equals(init.cid()) ? Optional.of(init) : Optional.empty());
  }

  private static Block init(Ipld version) {
    return Block.of(
        Cid.DAG_CBOR,
        DagCbor.encode(
            Ipld.map(
                "header",
                Ipld.map(
                    "controllers",
                    Ipld.list(Ipld.of("did:key:z6Mkx")),
                    "model",
                    new Ipld.Bytes(StreamId.of(2, STAMP).bytes()),
                    "modelVersion",
                    version))));
  }
}
