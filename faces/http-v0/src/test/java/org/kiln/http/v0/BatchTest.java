package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.extension.FixedExtensions;

/** Multiqueries whose answers are long, late or wanted no more. */
class BatchTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final int LARGE_CHARS = 100_000;

  private final FakeNode node = new FakeNode();

  @Test
  void shouldWriteLongAnswersAsTheyCome() throws Exception {
    List<StreamId> ids =
        IntStream.range(0, 60)
            .mapToObj(i -> node.streams.put(0, Ipld.map("x", Ipld.of("y".repeat(LARGE_CHARS))), i))
            .toList();

    try (V0Face face = node.face()) {
      HttpReply.Streamed reply = (HttpReply.Streamed) send(face, queries(ids), 20_000);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      reply.writer().write(out);

      JsonNode answer = JACKSON.readTree(out.toByteArray());
      assertThat(answer.properties()).hasSize(60);
      assertThat(answer.get(ids.get(7).toString()).at("/content/x").asText()).hasSize(LARGE_CHARS);
    }
  }

  @Test
  void shouldSendAnswersOfMiddlingSizeWholeWhileThereIsRoom() throws Exception {
    List<StreamId> ids =
        IntStream.range(0, 100)
            .mapToObj(i -> node.streams.put(0, Ipld.map("x", Ipld.of("y".repeat(1000))), i))
            .toList();
    node.streams.atHand.addAll(ids);
    AnswerRoom room = new AnswerRoom(1 << 20);
    List<Runnable> helpers = new ArrayList<>();

    HttpReply roomy = batch(ids, room, helpers::add, 60_000).start().reply();
    room.take(1 << 19);
    HttpReply crowded = batch(ids, room, helpers::add, 60_000).start().reply();

    assertThat(roomy).isInstanceOf(HttpReply.Body.class);
    assertThat(crowded).isInstanceOf(HttpReply.Streamed.class);
    assertThat(JACKSON.readTree(text(roomy)).properties()).hasSize(100);
    assertThat(text(crowded)).isEqualTo(text(roomy));
    assertThat(helpers).isEmpty();
    assertThat(node.streams.loads).isEmpty();
    room.give(1 << 19);
    room.take(1 << 20);
  }

  @Test
  void shouldCallHelpFromTheFirstOnThatIsNotAtHand() throws Exception {
    List<StreamId> ids =
        IntStream.range(0, 10).mapToObj(i -> node.streams.put(0, Ipld.map(), i)).toList();
    node.streams.atHand.addAll(ids.subList(0, 4));
    List<Runnable> helpers = new ArrayList<>();

    HttpReply reply = batch(ids, AnswerRoom.ofHeap(), helpers::add, 60_000).start().reply();

    assertThat(JACKSON.readTree(text(reply)).properties()).hasSize(10);
    assertThat(helpers).hasSize(5);
    assertThat(node.streams.refs)
        .containsExactlyElementsOf(
            ids.subList(4, 10).stream().map(id -> new StreamRef(id, Optional.empty())).toList());
  }

  @Test
  void shouldHoldNoRoomWhileItLoads() throws Exception {
    List<StreamId> ids =
        IntStream.range(0, 100)
            .mapToObj(i -> node.streams.put(0, Ipld.map("x", Ipld.of("y".repeat(1000))), i))
            .toList();
    node.streams.atHand.addAll(ids.subList(0, 99));
    AnswerRoom room = new AnswerRoom(1 << 20);

    HttpReply reply = batch(ids, room, helper -> {}, 60_000).start().reply();

    assertThat(reply).isInstanceOf(HttpReply.Streamed.class);
    assertThat(node.streams.loads).isEmpty();
    room.take(1 << 20);
    assertThat(JACKSON.readTree(text(reply)).properties()).hasSize(100);
  }

  @Test
  void shouldEndItsHelpersWhenItsAnswerIsNeverWritten() throws Exception {
    List<StreamId> ids =
        IntStream.range(0, 100)
            .mapToObj(i -> node.streams.put(0, Ipld.map("x", Ipld.of("y".repeat(LARGE_CHARS))), i))
            .toList();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      assertThat(batch(ids, AnswerRoom.ofHeap(), threads, 300).start().reply())
          .isInstanceOf(HttpReply.Streamed.class);

      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldLeaveOutWhatFailsAtHand() throws Exception {
    StreamId id = node.streams.put(0, Ipld.map(), 1);
    node.streams.atHand.add(id);
    node.streams.failure = new IllegalStateException("The room is just being replaced");

    HttpReply reply = batch(List.of(id), AnswerRoom.ofHeap(), helper -> {}, 60_000).start().reply();

    assertThat(text(reply)).asString().isEqualTo("{}");
  }

  private Batch batch(List<StreamId> ids, AnswerRoom room, Executor threads, long timeoutMs)
      throws Exception {
    Options options = new Options(false, Optional.empty());
    StateTexts texts =
        new StateTexts(
            new StateWriter(new Doctypes(FixedExtensions.builder().build())), room, 1 << 20);
    JsonBody body =
        JsonBody.of(
            FakeCall.post("/api/v0/multiqueries", "{\"queries\":[" + queries(ids) + "]}").call());
    List<MultiQuery> queries = MultiQuery.read(body, options, Deadline.in(Duration.ofMinutes(1)));
    return new Batch(
        queries,
        new QueryRunner(V0Streams.of(node.streams), null, false),
        texts,
        room,
        threads,
        timeoutMs);
  }

  @Test
  void shouldAnswerInTimeWithWhatIsThere() throws Exception {
    StreamId quick = node.streams.put(0, Ipld.map(), 1);
    StreamId slow = node.streams.put(0, Ipld.map(), 2);
    CountDownLatch end = new CountDownLatch(1);
    node.streams.blocked = slow;
    node.streams.release = end;

    try (V0Face face = node.face()) {
      String queries =
          "{\"streamId\":\"" + quick + "\"},{\"streamId\":\"" + CommitId.genesis(slow) + "\"}";
      JsonNode answer = JACKSON.readTree(text(send(face, queries, 600)));

      assertThat(answer.properties()).extracting(e -> e.getKey()).containsExactly(quick.toString());
    } finally {
      end.countDown();
    }
  }

  @Test
  void shouldFindOutThatItsReaderHasGone() throws Exception {
    StreamId slow = node.streams.put(0, Ipld.map(), 2);
    CountDownLatch end = new CountDownLatch(1);
    node.streams.blocked = slow;
    node.streams.release = end;
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("gone");
          }
        };

    try (V0Face face = node.face()) {
      HttpReply.Streamed reply =
          (HttpReply.Streamed)
              send(face, "{\"streamId\":\"" + CommitId.genesis(slow) + "\"}", 20_000);

      assertThatThrownBy(() -> reply.writer().write(gone)).hasMessage("gone");
      end.countDown();
      assertThat(node.streams.left.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private HttpReply send(V0Face face, String queries, int timeoutMs) throws Exception {
    String body = "{\"queries\":[" + queries + "],\"timeout\":" + timeoutMs + "}";
    return FakeCall.post("/api/v0/multiqueries", body).reply(face.routes());
  }

  private static String queries(List<StreamId> ids) {
    return ids.stream().map(id -> "{\"streamId\":\"" + id + "\"}").collect(Collectors.joining(","));
  }

  private static byte[] text(HttpReply reply) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (reply instanceof HttpReply.Streamed streamed) {
      streamed.writer().write(out);
    } else {
      for (byte[] part : ((HttpReply.Body) reply).parts()) {
        out.write(part);
      }
    }
    return out.toByteArray();
  }
}
