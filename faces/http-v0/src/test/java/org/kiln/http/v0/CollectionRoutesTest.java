package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexPage;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.index.CollectionService;
import org.kiln.core.stream.StreamException;
import org.kiln.http.v0.FakeCall.Answer;

class CollectionRoutesTest {
  private static final String MODEL =
      "kjzl6hvfrbw6c7r0gilujkzc3e5t7x2n1pn0qgcmndjv0bmmw7dx1p4vsplk5tp";

  private final FakeNode node = new FakeNode();
  private final Recorder recorder = new Recorder();

  /** Answers what it is told to, and keeps what it was asked. */
  private static final class Recorder implements CollectionService {
    private final List<IndexQuery> asked = new ArrayList<>();
    private IndexPage page = new IndexPage(List.of(), false);
    private StreamException failure;

    @Override
    public IndexPage page(IndexQuery query, Deadline deadline) throws StreamException {
      asked.add(query);
      if (failure != null) {
        throw failure;
      }
      return page;
    }

    @Override
    public long count(IndexQuery query, Deadline deadline) {
      asked.add(query);
      return 7;
    }

    @Override
    public void index(List<Wanted> models, Deadline deadline) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void stop(List<StreamId> models) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<IndexedModel> models() {
      return List.of();
    }
  }

  private Answer ask(String members) {
    node.collections = recorder;
    String body = "{\"models\":[\"" + MODEL + "\"]," + members + "}";
    return node.send(FakeCall.post("/api/v0/collection", body));
  }

  private IndexQuery asked() {
    return recorder.asked.getLast();
  }

  @Test
  void shouldAnswerStatesAndPlaces() {
    StreamId id = node.streams.put(0, Ipld.map("a", Ipld.of(1)), 1);
    StreamId gone = StreamId.parse(MODEL);
    IndexPlace place = new IndexPlace(List.of(), 5, id);
    recorder.page = new IndexPage(List.of(place, new IndexPlace(List.of(), 6, gone)), true);

    Answer answer = ask("\"first\":2");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"node\":{\"type\":0,\"content\":{\"a\":1}")
        .contains("\"node\":null")
        .contains("\"hasNextPage\":true,\"hasPreviousPage\":false,\"startCursor\":\"");
    String cursor = answer.body().substring(answer.body().indexOf("\"cursor\":\"") + 10);
    String first = cursor.substring(0, cursor.indexOf('"'));
    assertThat(new String(Base64.getUrlDecoder().decode(first)))
        .isEqualTo("{\"id\":\"" + id + "\",\"type\":\"timestamp\",\"value\":5}");
    ask("\"first\":2,\"after\":\"" + first + "\"");
    assertThat(asked().from()).contains(place);
    assertThat(asked().backward()).isFalse();
  }

  @Test
  void shouldKeepTheWholePlaceInTheCursorOfASort() {
    StreamId id = StreamId.parse(MODEL);
    List<Ipld> keys =
        List.of(
            Ipld.of("\u0001".repeat(IndexPlace.TEXT_LENGTH)),
            Ipld.NULL,
            Ipld.of(1234567890123456789L),
            IndexPlace.OTHER);
    IndexPlace place = new IndexPlace(keys, 5, id);
    List<SortKey> order =
        List.of(
            new SortKey("a", true),
            new SortKey("b", false),
            new SortKey("c", false),
            new SortKey("d", false));
    String cursor = PageCursor.of(order).text(place);

    ask(
        "\"sorting\":{\"a\":\"DESC\",\"b\":\"ASC\",\"c\":\"ASC\",\"d\":\"ASC\"},\"last\":3,\"before\":\""
            + cursor
            + "\"");

    assertThat(asked().from()).contains(place);
    assertThat(asked().backward()).isTrue();
    assertThat(asked().most()).isEqualTo(3);
    assertThat(ask("\"first\":3,\"after\":\"" + cursor + "\""))
        .isEqualTo(
            new Answer(
                400,
                "Invalid input in collection request: the cursor cannot be used, it is of a query"
                    + " with another sorting"));
  }

  @Test
  void shouldReadFilters() {
    ask(
        "\"first\":1,\"account\":\"did:key:ann\",\"queryFilters\":{\"or\":[{\"where\":{\"a\":{\"notIn\":[1,\"b\"]}}},"
            + "{\"not\":{\"and\":[{\"where\":{\"b\":{\"isNull\":false}}}]}}]}");

    IndexFilter in = new IndexFilter.In("a", List.of(Ipld.of(1), Ipld.of("b")));
    IndexFilter there = new IndexFilter.Not(new IndexFilter.Missing("b"));
    assertThat(asked().account()).contains("did:key:ann");
    assertThat(asked().filter())
        .isEqualTo(
            new IndexFilter.Any(
                List.of(
                    new IndexFilter.All(List.of(new IndexFilter.Not(in))),
                    new IndexFilter.Not(
                        new IndexFilter.All(List.of(new IndexFilter.All(List.of(there))))))));
  }

  @Test
  void rejectsWhatIsNoQueryAndAsksNothing() {
    for (String members :
        List.of(
            "\"first\":0",
            "\"first\":\"1\"",
            "\"last\":1.5",
            "\"first\":1001",
            "\"first\":1,\"sorting\":{\"a\":\"UP\"}",
            "\"first\":1,\"after\":\"***\"",
            "\"first\":1,\"after\":\"e30\"",
            "\"first\":1,\"queryFilters\":{\"where\":{},\"not\":{}}",
            "\"first\":1,\"queryFilters\":{\"which\":{}}",
            "\"first\":1,\"queryFilters\":{\"not\":{}}",
            "\"first\":1,\"queryFilters\":{\"and\":{}}",
            "\"first\":1,\"queryFilters\":{\"where\":{\"a\":1}}",
            "\"first\":1,\"queryFilters\":{\"where\":{\"a\":{\"equalTo\":null}}}",
            "\"first\":1,\"queryFilters\":{\"where\":{\"a\":{\"in\":[]}}}",
            "\"first\":1,\"queryFilters\":{\"where\":{\"a\":{\"in\":[{}]}}}",
            "\"first\":1,\"queryFilters\":{\"where\":{\"a\":{\"lessThan\":1,\"lessThanOrEqualTo\":1}}}",
            "\"first\":1,\"filter\":{\"a\":[]}",
            "\"first\":1,\"filter\":[]",
            "\"first\":1,\"queryFilters\":[]",
            "\"first\":1,\"queryFilters\":\"all\"",
            "\"first\":1,\"sorting\":[\"a\"]",
            "\"first\":1,\"account\":7",
            "\"first\":1,\"after\":7",
            "\"first\":1,\"models\":\"all\"")) {
      assertThat(ask(members).status()).as(members).isEqualTo(400);
    }
    String deep = "{\"not\":".repeat(65) + "{\"where\":{}}" + "}".repeat(65);
    assertThat(ask("\"first\":1,\"queryFilters\":" + deep).body())
        .isEqualTo("Query filters are nested deeper than 64 levels");
    String wide = "{\"where\":{}},".repeat(1_001);
    assertThat(
            ask("\"first\":1,\"queryFilters\":{\"or\":["
                    + wide.substring(0, wide.length() - 1)
                    + "]}")
                .body())
        .isEqualTo("Query filters have more than 1000 conditions");
    assertThat(recorder.asked).isEmpty();
  }

  @Test
  void shouldSayWhyThereIsNoAnswer() {
    recorder.failure = new StreamException(StreamException.Reason.UNAVAILABLE, "It is behind");
    assertThat(ask("\"first\":1")).isEqualTo(new Answer(503, "It is behind"));

    node.collections = null;
    Answer answer =
        node.send(FakeCall.post("/api/v0/collection/count", "{\"model\":\"" + MODEL + "\"}"));
    assertThat(answer).isEqualTo(new Answer(503, "The index of documents is not there now"));
  }

  @Test
  void shouldSayThatAStateCannotBeHadNowInsteadOfNull() {
    StreamId id = node.streams.put(0, Ipld.map("a", Ipld.of(1)), 1);
    recorder.page = new IndexPage(List.of(new IndexPlace(List.of(), 5, id)), false);
    node.streams.refusal = new StreamException(StreamException.Reason.BUSY, "Too much to do");

    assertThat(ask("\"first\":2").status()).isEqualTo(503);
  }

  @Test
  void shouldCountWithoutAPage() {
    node.collections = recorder;
    assertThat(
            node.send(FakeCall.post("/api/v0/collection/count", "{\"model\":\"" + MODEL + "\"}")))
        .isEqualTo(new Answer(200, "{\"count\":7}"));
    assertThat(asked().models()).containsExactly(StreamId.parse(MODEL));
  }
}
