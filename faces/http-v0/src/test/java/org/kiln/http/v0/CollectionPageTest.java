package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpReply;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.extension.FixedExtensions;

/** Pages that are long, or whose documents are not at hand. */
class CollectionPageTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final String MODEL =
      "kjzl6hvfrbw6c7r0gilujkzc3e5t7x2n1pn0qgcmndjv0bmmw7dx1p4vsplk5tp";

  private final FakeStreams streams = new FakeStreams();
  private final AnswerRoom room = new AnswerRoom(1 << 20);
  private final StateTexts texts =
      new StateTexts(
          new StateWriter(new Doctypes(FixedExtensions.builder().build())), room, 1 << 20);
  private final List<StreamId> ids =
      IntStream.range(0, 100)
          .mapToObj(i -> streams.put(0, Ipld.map("x", Ipld.of("y".repeat(1000))), i))
          .toList();

  private HttpReply reply(List<StreamId> documents) {
    List<IndexPlace> places =
        documents.stream().map(id -> new IndexPlace(List.of(), 1, id)).toList();
    return new CollectionPage(
            IndexQuery.of(Set.of(StreamId.parse(MODEL))).first(100),
            new IndexPage(places, true),
            streams,
            texts,
            room,
            Deadline.in(Duration.ofMinutes(1)))
        .reply();
  }

  private static JsonNode json(HttpReply reply) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (reply instanceof HttpReply.Streamed streamed) {
      streamed.writer().write(out);
    } else {
      for (byte[] part : ((HttpReply.Body) reply).parts()) {
        out.write(part);
      }
    }
    return JACKSON.readTree(out.toByteArray());
  }

  @Test
  void shouldSendShortPagesWholeAndKeepTheirTexts() throws Exception {
    streams.atHand.addAll(ids);

    HttpReply reply = reply(ids);

    assertThat(reply).isInstanceOf(HttpReply.Body.class);
    assertThat(json(reply).path("edges")).hasSize(100);
    assertThat(texts.ofShort(streams.states.get(ids.getFirst()), 0)).isNotNull();
    assertThat(json(reply(List.of())).path("edges")).isEmpty();
  }

  @Test
  void shouldHoldNoRoomWhileItLoads() throws Exception {
    streams.atHand.addAll(ids.subList(0, 99));

    HttpReply reply = reply(ids);

    assertThat(reply).isInstanceOf(HttpReply.Streamed.class);
    assertThat(streams.loads).isEmpty();
    room.take(1 << 20);
    JsonNode page = json(reply);
    assertThat(page.path("edges")).hasSize(100);
    assertThat(page.at("/edges/99/node/content/x").asText()).hasSize(1000);
    assertThat(page.at("/pageInfo/hasNextPage").asBoolean()).isTrue();
  }

  @Test
  void shouldWriteLongDocumentsAsTheyCome() throws Exception {
    StreamId large = streams.put(0, Ipld.map("x", Ipld.of("y".repeat(100_000))), 200);

    HttpReply reply = reply(List.of(large, ids.getFirst()));

    assertThat(reply).isInstanceOf(HttpReply.Streamed.class);
    JsonNode page = json(reply);
    assertThat(page.at("/edges/0/node/content/x").asText()).hasSize(100_000);
    assertThat(page.at("/edges/1/node/content/x").asText()).hasSize(1000);
  }
}
