package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallPartsTest {
  @Test
  void shouldCountASwappedPairAsOneSlip() {
    assertThat(Suggestion.distance("netwrok", "network")).isEqualTo(1);
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.of("zebra", List.of("network", "data"))).isEmpty();
  }

  @Test
  void shouldReadAddresses() {
    assertThat(HostPort.parse("[::1]:7007")).isEqualTo(new HostPort("::1", 7007));
    assertThat(HostPort.parse("[::]:7007").reachable()).hasToString("[::1]:7007");
    assertThat(HostPort.parse("0.0.0.0:80").reachable()).hasToString("127.0.0.1:80");
  }

  @Test
  void shouldReadBackTheLockListItWrites() throws Exception {
    LockList list =
        new LockList(
            List.of(
                new LockList.Entry("node:a", "a.jar", "00ff", 5, ""),
                new LockList.Entry("node:b", "b.jar", "00fe", 6, "b.address")));
    assertThat(LockList.parse(list.text().lines().toList())).isEqualTo(list);
    assertThat(list.wanted(Map.of("b.address", " ")).entries())
        .extracting(LockList.Entry::location)
        .containsExactly("node:a");
    assertThat(list.wanted(Map.of("b.address", "127.0.0.1:1"))).isEqualTo(list);
    assertThatThrownBy(() -> LockList.parse(List.of("node:a a.jar")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node:a a.jar");
  }

  @Test
  void shouldQuoteForJson() {
    assertThat(Json.quote("a\"\\\n\u0001é")).isEqualTo("\"a\\\"\\\\\\n\\u0001é\"");
  }

  @Test
  void shouldHoldADirectoryOnce(@TempDir Path directory) throws Exception {
    try (DataDirectory held = DataDirectory.open(directory)) {
      assertThat(Files.isDirectory(held.logs())).isTrue();
      assertThatThrownBy(() -> DataDirectory.open(directory))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.STORAGE))
          .hasMessageContaining("in use")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
      Properties state = new Properties();
      state.setProperty("pid", "7");
      state.setProperty("http", "127.0.0.1:7007");
      held.writeState(state);
      assertThat(DataDirectory.readState(directory)).contains(state);
    }
    assertThat(DataDirectory.readState(directory)).isEmpty();
    DataDirectory.open(directory).close();
  }

  @Test
  void rejectsADirectoryOfAnotherNetwork(@TempDir Path directory) throws Exception {
    try (DataDirectory data = DataDirectory.open(directory)) {
      data.belongTo("local");
      data.belongTo("local");
      assertThatThrownBy(() -> data.belongTo("mainnet"))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.CONFIGURATION))
          .hasMessageContaining("belongs to the network local");
    }
  }

  @Test
  void shouldSayWhenTheDirectoryCannotBeMade(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.STORAGE));
  }

  @Test
  void shouldMakeMetricsReadable() {
    String text =
        """
        # HELP kiln_log_disk_bytes x
        # TYPE kiln_log_disk_bytes gauge
        kiln_log_disk_bytes 1572864
        kiln_events_total{kind="data"} 1234567
        kiln_events_total{kind="init"} 10
        jvm_threads 4
        """;
    Metrics metrics = new Metrics(text);
    assertThat(metrics.size("kiln_log_disk_bytes")).isEqualTo("1.5 MiB");
    assertThat(metrics.count("kiln_events_total")).as("summed").isEqualTo("1,234,577");
    assertThat(metrics.count("kiln_nothing")).isEqualTo("?");
  }

  @Test
  void shouldDrawABarOnATerminalAndLinesElsewhere() {
    assertThat(drawn(true)).contains("\r[").contains("100 %  10 of 10 events").endsWith("\n");
    assertThat(drawn(false)).doesNotContain("\r").contains("100 %  10 of 10 events");
  }

  private static String drawn(boolean terminal) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ProgressBar bar =
        new ProgressBar(new PrintStream(out, true, StandardCharsets.UTF_8), "events", terminal);
    bar.reached(5, 10);
    bar.reached(10, 10);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldReadAnHttpAnswer() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(server));
      HostPort address = new HostPort("127.0.0.1", server.getLocalPort());
      assertThat(LocalHttp.get(address, "/x", 5_000))
          .isEqualTo(new LocalHttp.Answer(503, "not yet"));
    }
  }

  private static void answer(ServerSocket server) {
    try (Socket client = server.accept();
        OutputStream out = client.getOutputStream()) {
      client.getInputStream().read(new byte[1024]);
      out.write("HTTP/1.1 503 Busy\r\nX: y\r\n\r\nnot yet".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldKeepTheOperatorsTokenForItsOwner(@TempDir Path directory) throws Exception {
    OperatorToken token = OperatorToken.ensure(directory.resolve("data"));
    assertThat(token.text()).matches("[0-9a-f]{64}");
    assertThat(OperatorToken.ensure(directory.resolve("data"))).isEqualTo(token);
    assertThat(OperatorToken.read(directory.resolve("data"))).isEqualTo(token);
    assertThat(token.toString()).doesNotContain(token.text());
    Path file = OperatorToken.file(directory.resolve("data"));
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    // Killed between making the file and writing it.
    Files.writeString(file, "");
    assertThat(OperatorToken.ensure(directory.resolve("data")).text()).matches("[0-9a-f]{64}");
  }

  @Test
  void shouldReadTheFieldsOfAnAnswer() throws Exception {
    assertThat(
            JsonFields.read(
                """
                {"on": true, "n": 12, "none": null, "batch": {"root": "bafy", "empty": {}},
                 "text": "a \\"b\\" \\u00e9\\n"}
                """))
        .containsExactly(
            Map.entry("on", "true"),
            Map.entry("n", "12"),
            Map.entry("batch.root", "bafy"),
            Map.entry("text", "a \"b\" é\n"));
    for (String broken :
        List.of("", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":\"", "{} x", "{\"a\":\"\\u00\"}")) {
      assertThatThrownBy(() -> JsonFields.read(broken)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> JsonFields.read("{\"a\":".repeat(1000)))
        .isInstanceOf(IOException.class);
  }
}
