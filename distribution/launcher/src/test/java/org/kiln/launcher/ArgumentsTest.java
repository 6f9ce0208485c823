package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static Arguments parse(String... line) throws RefusedException {
    return Arguments.parse(List.of(line));
  }

  @Test
  void shouldReadFlagsInBothForms() throws Exception {
    Arguments arguments =
        parse("daemon", "--data", "/d", "--http=0.0.0.0:80", "--set", "a.b=c=d", "--set=e=f");
    assertThat(arguments.command()).isEqualTo("daemon");
    assertThat(arguments.flags())
        .containsEntry("data", "/d")
        .containsEntry("http.address", "0.0.0.0:80")
        .containsEntry("a.b", "c=d")
        .containsEntry("e", "f");
  }

  @Test
  void rejectsAnUnknownOptionWithASuggestion() {
    assertThatThrownBy(() -> parse("daemon", "--dta", "/d"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("Did you mean --data?");
  }

  @Test
  void rejectsAnOptionWithoutItsValue() {
    assertThatThrownBy(() -> parse("daemon", "--data"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("--data needs a value");
    assertThatThrownBy(() -> parse("daemon", "--set", "network"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("KEY=VALUE");
  }

  @Test
  void shouldHelpWithoutACommand() throws Exception {
    assertThat(parse().command()).isEqualTo("help");
    assertThat(parse("daemon", "--help").command()).isEqualTo("help");
  }

  @Test
  void rejectsAnUnknownCommandWithExitCodeTwo() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(List.of("deamon"), System.out, new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Did you mean daemon?");
  }

  @Test
  void shouldMentionEverySettingInTheHelp() {
    assertThat(Help.settings())
        .contains(Settings.all().stream().map(Setting::key).toArray(String[]::new))
        .contains("KILN_HTTP_ADDRESS");
  }
}
