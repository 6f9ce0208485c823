package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexCommandTest {
  private static String shown(String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    IndexCommand.show(JsonFields.read(json), out);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldShowModelsWithHowFarTheyAre() throws Exception {
    assertThat(
            shown(
                """
                {"models":[
                 {"model":"kjzl6hvfrbw6c","name":"Post","documents":12,
                  "indices":[["rank"],["author.name","rank"]],"filling":null},
                 {"model":"kjzl6hvfrbw6d","name":null,"documents":null,"indices":[],
                  "filling":{"reached":500,"until":2000}}],
                 "trouble":"The disk is full"}\
                """))
        .isEqualToNormalizingNewlines(
            """
            NAME                     MODEL                                                             DOCUMENTS  STATE
            Post                     kjzl6hvfrbw6c                                                            12  complete, indices: rank author.name+rank
            ?                        kjzl6hvfrbw6d                                                             ?  filling in, 25 %
            The index does not go on: The disk is full
            """);
  }

  @Test
  void shouldNotLetANameDoAnythingToTheTerminal() throws Exception {
    assertThat(
            shown(
                """
                {"models":[{"model":"k","name":"\\u001b[2Jgone\\nkiln: all is lost, call 555",
                 "documents":0,"indices":[],"filling":null}]}\
                """))
        .contains("\n\uFFFD[2Jgone kiln: all is l… k ")
        .doesNotContain("\u001b");
  }

  @Test
  void shouldSayHowToBeginWhenNothingIsIndexed() throws Exception {
    assertThat(shown("{\"models\":[],\"trouble\":null}"))
        .isEqualToNormalizingNewlines(
            "No model is indexed. 'kiln index add MODEL' begins with one.\n");
  }

  @Test
  void rejectsWordsItDoesNotKnow() {
    IndexCommand command = new IndexCommand(null, System.out);
    assertThatThrownBy(() -> command.run(List.of("drop")))
        .hasMessage("kiln index knows list, add MODEL and remove MODEL, not drop.");
    assertThatThrownBy(() -> command.run(List.of("add")))
        .hasMessage("kiln index add needs one MODEL, a StreamID.");
    assertThatThrownBy(() -> command.run(List.of("remove", "a", "b")))
        .hasMessage("kiln index remove needs one MODEL, a StreamID.");
  }
}
