package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  @TempDir private Path data;

  private String run(int expected, String... more) {
    List<String> line = new ArrayList<>(List.of("config", "check", "--data", data.toString()));
    line.addAll(List.of(more));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertThat(Main.run(line, out, out)).as(bytes.toString()).isEqualTo(expected);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void write(String text) throws IOException {
    Files.writeString(data.resolve("kiln.properties"), text);
  }

  @Test
  void shouldSayWhereEachSettingComesFromAndShowNoSecret() throws Exception {
    write("# mine\nlog.level=warn\nchain.rpc=eip155:1=https://rpc.example/geheim\n");

    assertThat(run(Exit.OK, "--set", "store.cache-mb=32", "--set", "plugin.com.x.key=geheim"))
        .contains("log.level = warn    (" + data.resolve("kiln.properties") + " line 2)")
        .contains("store.cache-mb = 32    (command line)")
        .contains("chain.rpc = (not shown)", "plugin.com.x.key = (not shown)")
        .contains("All of it can be used")
        .doesNotContain("geheim");
    assertThat(run(Exit.OK, "--json"))
        .startsWith("{\"usable\":true,")
        .contains("{\"key\":\"log.level\",\"value\":\"warn\",\"from\":\"");
  }

  @Test
  void rejectsAKeyInThePlaceOfItsFileWithoutShowingIt() {
    String key = "0123456789abcdef".repeat(4);
    for (String setting : List.of("anchor.evm.key-file", "anchor.remote.seed-file")) {
      assertThat(
              run(
                  Exit.CONFIGURATION,
                  "--set",
                  "anchor.remote.url=http://127.0.0.1:7",
                  "--set",
                  "anchor.chain=cas:remote",
                  "--set",
                  setting + "=" + key))
          .contains(setting + " names a file")
          .doesNotContain(key);
    }
  }

  @Test
  void rejectsTwoListenersAtOnePlace() {
    assertThat(run(Exit.CONFIGURATION, "--set", "metrics.address=127.0.0.1:7007"))
        .contains("metrics.address and http.address both want port 7007");
    assertThat(run(Exit.CONFIGURATION, "--set", "sql.address=0.0.0.0:5101"))
        .contains("sql.address and one.address both want port 5101");
    assertThat(
            run(
                Exit.CONFIGURATION,
                "--network",
                "local-7",
                "--set",
                "network.listen=/ip4/127.0.0.1/tcp/5101,/ip4/127.0.0.1/udp/7007/quic-v1"))
        .contains("network.listen and one.address both want port 5101")
        .doesNotContain("7007");
    run(Exit.OK, "--set", "one.address=127.0.0.1:0", "--set", "metrics.address=127.0.0.1:0");
    run(Exit.OK, "--set", "one.address=127.0.0.2:7007");
  }

  @Test
  void rejectsADirectoryOfAnotherNetwork() throws Exception {
    Files.writeString(data.resolve("network"), "inmemory\n");

    assertThat(run(Exit.CONFIGURATION, "--network", "mainnet"))
        .contains("belongs to the network inmemory, not to mainnet");
    assertThat(run(Exit.OK, "--network", "inmemory")).contains("All of it can be used");
  }

  @Test
  void rejectsWhatANodeWouldNotStartWith() throws Exception {
    write("log.level=loud\nfuture.setting=1\n");

    assertThat(run(Exit.CONFIGURATION))
        .contains("2 settings cannot be used", "line 1: log.level", "line 2: there is no setting");
    assertThat(run(Exit.CONFIGURATION, "--json"))
        .startsWith("{\"usable\":false,\"problem\":\"2 settings");
  }
}
