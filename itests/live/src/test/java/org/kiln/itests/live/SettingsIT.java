package org.kiln.itests.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/** What cannot work is said: at the start, in time, and where an operator looks. */
class SettingsIT {
  private static final Distribution KILN = Distribution.find();

  @TempDir Path data;

  @Test
  void rejectsAllThatCannotWorkAtOnce() throws Exception {
    Files.writeString(
        data.resolve("kiln.properties"),
        "http.cors.allowed-origins=[\nchain.rpc=eip155:1=https://user:geheim@\nlog.level=loud\n");
    Distribution.Answer refused =
        KILN.run("daemon", "--data", data.toString(), "--set", "network.peers=/ip4/1/p2p/x");
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(2);
    assertThat(refused.output())
        .contains("4 settings cannot be used", "Command line: network.peers")
        .contains("line 1: http.cors.allowed-origins = [", "line 2: chain.rpc", "line 3: log.level")
        .doesNotContain("geheim");
    assertThat(data.resolve("store")).doesNotExist();
  }

  @Test
  void shouldSayWhatIsMissingToWriteAnchors() throws Exception {
    String[] missing = {"eip155:1337", "anchor.chain, anchor.evm.key-file and chain.rpc"};
    try (NodeProcess node =
        NodeProcess.start(
            KILN,
            data,
            "--network",
            "local-7",
            "--set",
            "network.enabled=false",
            "--set",
            "http.rehearsal-seconds=0")) {
      Await.until("the start says so", () -> node.output().contains(missing[1]));
      assertThat(node.output()).contains(missing);
      Distribution.Answer status = KILN.run("status", "--data", data.toString());
      assertThat(status.exitCode()).isZero();
      assertThat(status.output()).contains(missing);
      assertThat(KILN.run("anchor", "--data", data.toString()).output()).contains(missing);

      String there = "127.0.0.1:" + node.url().getPort();
      Path elsewhere = data.resolve("elsewhere");
      Distribution.Answer named =
          KILN.run("status", "--data", elsewhere.toString(), "--http", there);
      assertThat(named.exitCode()).as(named.output()).isZero();
      assertThat(named.output()).contains("healthy", there);
      String nowhere = "127.0.0.1:" + NodeProcess.freePort();
      Distribution.Answer dead = KILN.run("status", "--data", data.toString(), "--http", nowhere);
      assertThat(dead.exitCode()).isEqualTo(1);
      assertThat(dead.output()).contains("does not answer", nowhere);
    }
  }
}
