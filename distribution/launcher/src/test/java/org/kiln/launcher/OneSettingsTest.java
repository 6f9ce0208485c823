package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line and environment of ceramic-one as settings of Kiln. */
class OneSettingsTest {
  @TempDir Path directory;

  private static OneSettings.Result of(Map<String, String> environment, String... words)
      throws RefusedException {
    return OneSettings.of(OneArguments.parse(List.of(words), environment), environment);
  }

  @Test
  void shouldTakeWhatTestsOfJsCeramicSay() throws Exception {
    OneSettings.Result result =
        of(
            Map.of("RUST_LOG", "info,recon=debug"),
            "--bind-address 0.0.0.0:5001 --store-dir /s --p2p-key-dir /k --network in-memory"
                .concat(" --local-network-id 0 --event-validation false")
                .concat(" --metrics-bind-address 0.0.0.0:9001")
                .concat(" --flight-sql-bind-address 0.0.0.0:5102")
                .concat(" --swarm-addresses /ip4/0.0.0.0/tcp/0,/ip4/0.0.0.0/sctp/0")
                .split(" "));
    assertThat(result.asked())
        .containsEntry("one.address", "0.0.0.0:5001")
        .containsEntry("metrics.address", "0.0.0.0:9001")
        .containsEntry("sql.address", "0.0.0.0:5102")
        .containsEntry("data", "/s")
        .containsEntry("network", "inmemory")
        .containsEntry("network.listen", "/ip4/0.0.0.0/tcp/0")
        .containsEntry("log.level", "info");
    assertThat(result.notes())
        .hasSize(2)
        .anyMatch(note -> note.contains("/ip4/0.0.0.0/sctp/0 is not listened on"))
        .anyMatch(note -> note.contains("verified all the same"));
  }

  @Test
  void shouldTakeTheEnvironmentAndTheCommandLineBeforeIt() throws Exception {
    Map<String, String> environment =
        Map.of(
            "CERAMIC_ONE_STORE_DIR", "/a",
            "CERAMIC_ONE_NETWORK", "local",
            "CERAMIC_ONE_LOCAL_NETWORK_ID", "42",
            "CERAMIC_ONE_ANCHOR_INTERVAL", "60",
            "CERAMIC_ONE_EVM_RPC_URL", "https://rpc.example",
            "CERAMIC_ONE_EVM_CHAIN_ID", "100");
    OneSettings.Result result = of(environment, "-s/b", "--cors-allow-origins=https://x.example");
    assertThat(result.asked())
        .containsEntry("data", "/b")
        .containsEntry("network", "local-42")
        .containsEntry("one.cors-allow-origins", "https://x.example")
        .containsEntry("anchor.batch-interval-ms", "60000")
        .containsEntry("chain.rpc", "eip155:100=https://rpc.example")
        .containsEntry("anchor.chain", "eip155:100");
    assertThat(result.defaults())
        .containsEntry("network", "testnet-clay")
        .containsEntry("recon.enabled", "true");
    assertThat(result.defaults().get("network.listen")).startsWith("/ip4/0.0.0.0/tcp/4101");
  }

  @Test
  void shouldMapToSettingsThatThereAre() throws Exception {
    OneSettings.Result result =
        of(
            Map.of(),
            "--evm-confirmations=1",
            "--evm-contract-address=0x231055A0852D67C7107Ad0d0DFeab60278fE6AdC",
            "--anchor-batch-size=10",
            "--anchor-poll-interval=5",
            "--remote-anchor-service-url=https://cas.example",
            "--extra-interests=kh4q0ozorrgaq2mezktnrmdwleo1d",
            "--max-conns-in",
            "1",
            "--metrics",
            "--experimental-features");
    assertThat(Settings.keys())
        .containsAll(result.asked().keySet())
        .containsAll(result.defaults().keySet());
    assertThat(result.notes()).hasSize(2).allMatch(note -> note.contains("is not heeded: "));
  }

  @ParameterizedTest
  @CsvSource({
    "--stor-dir /x, Did you mean --store-dir?",
    "--frob, has no option --frob.",
    "--store-dir, needs a value",
    "--network local, needs --local-network-id",
    "--network local --local-network-id x, must be a number"
  })
  void rejectsWhatCannotBe(String line, String said) {
    assertThatThrownBy(() -> of(Map.of(), line.split(" ")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(said);
  }

  private String run(Map<String, String> environment, String... words) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    new OneCommand(directory, environment, stream, stream).run(List.of(words));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldSayWhatItIsAndWhatItTakes() throws Exception {
    assertThat(run(Map.of(), "--version")).startsWith("ceramic-one 0.58.0 (Kiln ");
    assertThat(run(Map.of(), "daemon", "--help"))
        .contains("--store-dir, -s\n", "--swarm-addresses\n", "not heeded: ");
    assertThatThrownBy(() -> run(Map.of(), "deamon")).hasMessageContaining("Did you mean daemon?");
  }

  @Test
  void rejectsAStoreOfACeramicOneThatWasNotTakenOver() throws Exception {
    Files.write(directory.resolve("db.sqlite3"), new byte[1]);
    assertThatThrownBy(() -> run(Map.of("CERAMIC_ONE_STORE_DIR", directory.toString()), "daemon"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("kiln import --from-ceramic-one " + directory);
  }
}
