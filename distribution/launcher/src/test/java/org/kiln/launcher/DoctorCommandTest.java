package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.kit.http.BoundedClient;

class DoctorCommandTest {
  @TempDir private Path data;

  private HttpServer chain;

  @AfterEach
  void stop() {
    if (chain != null) {
      chain.stop(0);
    }
  }

  /** A node of a chain that answers everybody that. */
  private String chain(String answer) throws IOException {
    chain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    chain.createContext(
        "/",
        call -> {
          call.getRequestBody().readAllBytes();
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          call.sendResponseHeaders(200, body.length);
          call.getResponseBody().write(body);
          call.close();
        });
    chain.start();
    return "http://127.0.0.1:" + chain.getAddress().getPort() + "/geheim";
  }

  private String run(int expected, String... more) throws IOException {
    List<String> line = new ArrayList<>(List.of("doctor", "--data", data.toString()));
    for (String setting : more) {
      line.add(setting.startsWith("--") ? setting : "--set=" + setting);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertThat(Main.run(line, out, out)).as(bytes.toString()).isEqualTo(expected);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void shouldFindAllWellWhereItIs() throws Exception {
    String address = free();
    String found = run(Exit.OK, "http.address=" + address, "one.address=");
    assertThat(found)
        .contains("http.address " + address + " is free", "a write is on the disk after")
        .contains("Java      " + Runtime.version(), "0 bad");
    try (var left = Files.list(data)) {
      assertThat(left).as("changes nothing").isEmpty();
    }
  }

  @Test
  void shouldFindAPortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThat(run(Exit.FAILURE, "http.address=" + address, "one.address="))
          .contains("BAD   Ports     http.address " + address + " cannot be had")
          .contains("-> Stop what listens there");
    }
  }

  @Test
  void shouldAskTheNodesOfChainsAndShowNoKey() throws Exception {
    String url = chain("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x64\"}");
    String[] settings = {"http.address=" + free(), "one.address=", "chain.rpc=eip155:100=" + url};
    assertThat(run(Exit.OK, settings))
        .contains("the node of eip155:100 answers")
        .doesNotContain("geheim");
    settings[2] = "chain.rpc=eip155:1=" + url;
    assertThat(run(Exit.FAILURE, settings))
        .contains("the node of eip155:1 is a node of eip155:100");
  }

  @Test
  void shouldFindAClockThatIsWrong() throws Exception {
    Map<String, String> settings = Map.of("chain.rpc", "eip155:1=" + chain("{\"result\":\"0x1\"}"));
    Configuration configuration = Configuration.load(null, Map.of(), settings);
    try (BoundedClient http = new BoundedClient(Duration.ofSeconds(30), 1024)) {
      InstantSource slow = () -> Instant.now().minusSeconds(3_600);
      assertThat(new ChainChecks(configuration, http, slow).findings())
          .last()
          .satisfies(
              clock -> {
                assertThat(clock.level()).isEqualTo(Finding.Level.BAD);
                assertThat(clock.text()).contains("s behind others");
                assertThat(clock.advice()).contains("timedatectl");
              });
    }
  }

  @Test
  void shouldFindWhatWasBegunAndNotEnded() throws Exception {
    Files.writeString(data.resolve(RestoreCommand.UNFINISHED), "/mnt/backup\n");
    assertThat(run(Exit.FAILURE, "http.address=" + free(), "one.address="))
        .contains("BAD   Data      'kiln restore /mnt/backup' was begun here")
        .contains("-> Say it again, with --data " + data);
  }

  @Test
  void shouldTellScripts() throws Exception {
    assertThat(run(Exit.OK, "--json", "http.address=" + free(), "one.address="))
        .startsWith("{\"well\":true,\"findings\":[{\"level\":\"OK\",\"about\":\"Java\",");
  }
}
