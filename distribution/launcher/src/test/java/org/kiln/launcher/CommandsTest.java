package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CommandsTest {
  private static List<String> names() {
    return Commands.names();
  }

  private static String run(int expected, String... line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertThat(Main.run(List.of(line), out, out)).as(bytes.toString()).isEqualTo(expected);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldHelpWithEachCommand(String name) {
    assertThat(run(Exit.OK, "help")).contains("  kiln " + name + " ");
    Command command = Commands.find(name).orElseThrow();
    String help = run(Exit.OK, "help", name);
    if (!name.equals("help")) {
      assertThat(help).startsWith("kiln " + name + ": ");
    }
    assertThat(help.lines()).allMatch(line -> line.length() <= 110);
    if (!name.equals("inspect") && !name.equals("help")) {
      assertThat(run(Exit.OK, name, "--help")).isEqualTo(help);
      command
          .verbs()
          .forEach(verb -> assertThat(help).containsPattern(" " + name + " \\[?" + verb));
      assertThat(help.contains("--data DIR")).isEqualTo(command.settings());
    }
  }

  @Test
  void rejectsJsonWhereThereIsNone() {
    assertThat(run(Exit.CONFIGURATION, "check", "--json"))
        .contains("There is no option --json.", "'kiln help check'");
  }

  @Test
  void shouldSayWhichCommandWasMeant() {
    assertThat(run(Exit.CONFIGURATION, "help", "peer")).contains("Did you mean peers?");
    assertThat(run(Exit.CONFIGURATION, "plugin", "list", "--jsn")).contains("Did you mean --json?");
  }

  @ParameterizedTest
  @CsvSource({
    "kiln pe, peers",
    "kiln peers un, unblock",
    "kiln plugin --d, --data --drop",
    "kiln help anc, anchor",
    "kiln daemon --set http.cors, http.cors.allowed-origins="
  })
  void shouldCompleteInBash(String typed, String completed) throws Exception {
    String script =
        run(Exit.OK, "completion", "bash")
            + "COMP_WORDS=("
            + typed
            + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1))\n_kiln\n"
            + "printf '%s\\n' \"${COMPREPLY[@]}\" | sort\n";
    Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(answer.lines()).containsExactly(completed.split(" "));
  }

  @Test
  void shouldCompleteInOtherShells() {
    assertThat(run(Exit.OK, "completion", "zsh")).contains("bashcompinit", "_kiln()");
    assertThat(run(Exit.OK, "completion", "fish"))
        .contains(
            "complete -c kiln -n '__fish_seen_subcommand_from peers' -a 'block unblock forget'");
    assertThat(run(Exit.CONFIGURATION, "completion", "tcsh")).contains("bash, zsh and fish");
  }
}
