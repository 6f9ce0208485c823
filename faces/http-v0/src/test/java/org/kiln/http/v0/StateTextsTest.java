package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamState;
import org.kiln.core.extension.FixedExtensions;

class StateTextsTest {
  private final FakeStreams streams = new FakeStreams();
  private final StateTexts texts =
      new StateTexts(
          new StateWriter(new Doctypes(FixedExtensions.builder().build())),
          AnswerRoom.ofHeap(),
          1 << 20);

  @Test
  void shouldWriteStateOnce() {
    StreamState state = streams.states.get(streams.put(0, Ipld.map(), 1));

    assertThat(texts.of(state)).isSameAs(texts.of(state));
  }

  @Test
  void shouldWriteALongStateAsItGoesOut() throws Exception {
    StreamState state =
        streams.states.get(streams.put(0, Ipld.map("text", Ipld.of("x".repeat(200_000))), 400));
    StateWriter writer = new StateWriter(new Doctypes(FixedExtensions.builder().build()));
    StateTexts small = new StateTexts(writer, new AnswerRoom(256 << 10), 1 << 20);
    HttpReply.Streamed reply = (HttpReply.Streamed) small.reply(state);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    reply.writer().write(out);
    assertThat(out.toByteArray())
        .as("the same text, in a room that does not hold it")
        .isEqualTo(((HttpReply.Body) texts.reply(state)).parts().getFirst());
  }

  @Test
  void shouldWriteChangedStateAnew() {
    StreamState state = streams.states.get(streams.put(0, Ipld.map(), 1));
    texts.of(state);

    assertThat(new String(texts.json(state.with(AnchorStatus.PENDING)), StandardCharsets.UTF_8))
        .contains("\"PENDING\"");
    assertThat(new String(texts.json(state), StandardCharsets.UTF_8))
        .startsWith("{\"type\":0,")
        .endsWith("\"doctype\":\"tile\"}")
        .contains("\"NOT_REQUESTED\"");
  }
}
