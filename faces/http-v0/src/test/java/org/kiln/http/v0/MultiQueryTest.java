package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.SyncOption;
import org.kiln.core.stream.WriteOptions;
import org.kiln.http.v0.FakeCall.Answer;
import org.kiln.testkit.Vectors;

class MultiQueryTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  private final FakeNode node = new FakeNode();

  @Test
  void shouldAnswerEachUnderItsName() throws Exception {
    List<StreamId> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(node.streams.put(0, Ipld.map("n", Ipld.of(i)), i));
    }
    String queries =
        ids.stream().map(id -> "{\"streamId\":\"" + id + "\"}").collect(Collectors.joining(","));

    JsonNode answer = query(queries);

    assertThat(answer.properties()).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(answer.get(ids.get(i).toString()).at("/content/n").asInt()).isEqualTo(i);
    }
  }

  @Test
  void shouldLeaveOutWhatCannotBeLoaded() throws Exception {
    StreamId known = node.streams.put(0, Ipld.map(), 1);
    StreamId unknown = StreamId.of(0, StreamId.MODEL.init());

    JsonNode answer =
        query(
            "{\"streamId\":\""
                + known
                + "\"},{\"streamId\":\""
                + unknown
                + "\"},{\"streamId\":\"nonsense\"},{},7,{\"streamId\":{}}");

    assertThat(answer.properties()).extracting(e -> e.getKey()).containsExactly(known.toString());
  }

  @Test
  void shouldFollowPaths() throws Exception {
    StreamId leaf = node.streams.put(0, Ipld.map("x", Ipld.of("leaf")), 1);
    StreamId middle = node.streams.put(0, Ipld.map("leaf", Ipld.of("ceramic://" + leaf)), 2);
    StreamId top =
        node.streams.put(
            0, Ipld.map("middle", Ipld.of(middle.toString()), "text", Ipld.of("no stream")), 3);

    JsonNode answer =
        query(
            "{\"streamId\":\""
                + top
                + "\",\"paths\":[\"/middle/leaf\",\"middle\",\"/text\",\"/none/more\",5]}");

    assertThat(answer.properties())
        .extracting(e -> e.getKey())
        .containsExactly(top.toString(), middle.toString(), leaf.toString());
  }

  @Test
  void shouldNameStateOfTimeByItsCommit() throws Exception {
    StreamId id = node.streams.put(0, Ipld.map(), 1);

    JsonNode answer = query("{\"streamId\":\"" + id + "\",\"opts\":{\"atTime\":5,\"sync\":2}}");

    assertThat(answer.properties())
        .extracting(e -> e.getKey())
        .containsExactly(CommitId.genesis(id).toString());
  }

  @Test
  void shouldMakeDeterministicStreamLoadable() throws Exception {
    JsonNode step =
        Vectors.load("mid").stream()
            .filter(e -> e.name().equals("set"))
            .findFirst()
            .orElseThrow()
            .inputs()
            .at("/steps/1");
    String id = step.get("streamId").asText();
    String genesis = step.at("/body/genesis").toString();

    JsonNode answer = query("{\"streamId\":\"" + id + "\",\"genesis\":" + genesis + "}");
    assertThat(node.streams.pins).hasSize(1);
    query(
        "{\"streamId\":\""
            + id
            + "\",\"genesis\":"
            + genesis
            + ",\"opts\":{\"pin\":false,\"sync\":1,\"syncTimeoutSeconds\":7}}");

    assertThat(answer.has(id)).isTrue();
    assertThat(node.streams.writes)
        .hasSize(2)
        .allMatch(write -> !write.anchor() && !write.publish());
    WriteOptions first = node.streams.writes.get(0);
    assertThat(first.pin()).isTrue();
    assertThat(first.sync()).isEqualTo(SyncOption.PREFER_CACHE);
    assertThat(first.syncTimeoutSeconds()).isEqualTo(3);
    WriteOptions second = node.streams.writes.get(1);
    assertThat(second.pin()).isFalse();
    assertThat(second.sync()).isEqualTo(SyncOption.SYNC_ALWAYS);
    assertThat(second.syncTimeoutSeconds()).isEqualTo(7);
    // Others are asked once for each query, by the creation.
    assertThat(node.streams.loads)
        .extracting(LoadOptions::sync)
        .containsExactly(SyncOption.PREFER_CACHE, SyncOption.NEVER_SYNC);
  }

  @Test
  void rejectsGenesisOfAnotherStreamOrSigned() throws Exception {
    JsonNode set =
        Vectors.load("mid").stream()
            .filter(e -> e.name().equals("set"))
            .findFirst()
            .orElseThrow()
            .inputs()
            .get("steps");
    StreamId other = StreamId.of(3, StreamId.MODEL.init());
    StreamId known = node.streams.put(3, Ipld.NULL, 1);

    JsonNode answer =
        query(
            "{\"streamId\":\""
                + other
                + "\",\"genesis\":"
                + set.at("/1/body/genesis")
                + "},{\"streamId\":\""
                + known
                + "\",\"genesis\":"
                + set.at("/1/body/genesis")
                + "},{\"streamId\":\""
                + set.at("/0/streamId").asText()
                + "\",\"genesis\":"
                + set.at("/0/body/genesis")
                + "}");

    assertThat(answer.properties()).isEmpty();
    assertThat(node.streams.writes).isEmpty();
  }

  @Test
  void shouldTellStreamAnewThatCommitMayHaveAdvanced() throws Exception {
    StreamId id = node.streams.put(0, Ipld.map(), 1);

    query("{\"streamId\":\"" + id + "\"},{\"streamId\":\"" + CommitId.genesis(id) + "\"}");

    assertThat(node.streams.refs).hasSize(2);
    assertThat(node.streams.refs.get(1).event()).isEmpty();
  }

  @Test
  void shouldLeaveOutWhatFails() throws Exception {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    node.streams.failure = new StoreException(StoreException.Kind.IO, "disk", null);

    assertThat(query("{\"streamId\":\"" + id + "\"}").properties()).isEmpty();
  }

  @Test
  void rejectsBatchWithoutQueriesOrTooLong() {
    assertThat(send("{}").status()).isEqualTo(400);
    assertThat(send("{\"queries\":{}}").status()).isEqualTo(400);
    assertThat(send("{\"queries\":[" + "{},".repeat(2000) + "{}]}").status()).isEqualTo(400);
    assertThat(send("{\"queries\":[]}")).isEqualTo(new Answer(200, "{}"));
  }

  private JsonNode query(String queries) throws Exception {
    Answer answer = send("{\"queries\":[" + queries + "],\"timeout\":2000}");
    assertThat(answer.status()).isEqualTo(200);
    return JACKSON.readTree(answer.body());
  }

  private Answer send(String body) {
    return node.send(FakeCall.post("/api/v0/multiqueries", body));
  }
}
