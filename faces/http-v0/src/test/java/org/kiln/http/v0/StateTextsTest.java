package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
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
