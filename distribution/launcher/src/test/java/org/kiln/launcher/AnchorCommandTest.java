package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnchorCommandTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private int sent(String json) throws IOException {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return AnchorCommand.sent(JsonFields.read(json), out);
  }

  private String said() {
    return bytes.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  void shouldEndWellWhenAllIsSent() throws IOException {
    assertThat(sent("{\"requests\":4,\"left\":0,\"why\":null}")).isEqualTo(Exit.OK);
    assertThat(said()).isEqualTo("4 requests are sent now.");
  }

  @Test
  void shouldEndWellWhenNothingWaits() throws IOException {
    assertThat(sent("{\"requests\":0,\"left\":0,\"why\":null}")).isEqualTo(Exit.OK);
    assertThat(said()).isEqualTo("Nothing new waits to be anchored.");
  }

  @Test
  void shouldFailAndSayWhyWhenSomeAreNotSent() throws IOException {
    assertThat(sent("{\"requests\":4,\"left\":1,\"why\":\"The chain does not answer\"}"))
        .isEqualTo(Exit.FAILURE);
    assertThat(said()).isEqualTo("One request is not sent yet: The chain does not answer");
  }
}
