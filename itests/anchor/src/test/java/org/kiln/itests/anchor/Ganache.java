package org.kiln.itests.anchor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.itests.harness.NodeProcess;
import org.kiln.itests.harness.Npm;

/** A chain in a process of its own, with the anchor contract on it. Closing it ends the process. */
final class Ganache implements AutoCloseable {
  static final long CHAIN = 1337;
  static final String CHAIN_ID = "eip155:" + CHAIN;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final int ACCOUNTS = 12;

  /** The last account has no money. */
  static final int POOR = ACCOUNTS;

  private final Process process;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();
  private String contract;

  private Ganache(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it, mining each transaction at once, and deploys the contract for all accounts. */
  static Ganache start() throws IOException, InterruptedException {
    Path folder = Path.of("").toAbsolutePath();
    Npm.require(folder);
    int port = NodeProcess.freePort();
    List<String> line =
        new ArrayList<>(
            List.of(
                "node",
                folder.resolve("node_modules/ganache/dist/node/cli.js").toString(),
                "--server.host",
                "127.0.0.1",
                "--server.port",
                Integer.toString(port),
                "--chain.chainId",
                Long.toString(CHAIN),
                "--logging.quiet",
                "true"));
    for (int i = 0; i < ACCOUNTS; i++) {
      line.add("--wallet.accounts");
      line.add(key(i) + ",0x56bc75e2d63100000");
    }
    line.add("--wallet.accounts");
    line.add(key(POOR) + ",0x0");
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Ganache ganache = new Ganache(process, URI.create("http://127.0.0.1:" + port));
    try {
      ganache.awaitReady();
      ganache.deploy();
      return ganache;
    } catch (IOException | InterruptedException | RuntimeException e) {
      ganache.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() < end) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("ganache ended with " + process.exitValue());
      }
      try {
        call("eth_chainId");
        return;
      } catch (IOException e) {
        // Nobody listens yet: asked again until the deadline.
      }
    }
    throw new IllegalStateException("ganache was not ready within " + START_TIMEOUT);
  }

  private void deploy() throws IOException, InterruptedException {
    JsonNode compiled = JSON.readTree(Path.of("contract/AnchorService.json").toFile());
    String owner = accounts().get(0);
    String hash = transaction(owner, null, compiled.get("bytecode").asText(), null, null).asText();
    contract = call("eth_getTransactionReceipt", hash).get("contractAddress").asText();
    String addCas = compiled.get("methods").get("addCas(address)").asText();
    // The last account with money is not on the allow list.
    for (String account : accounts().subList(0, ACCOUNTS - 1)) {
      transaction(
          owner, contract, "0x" + addCas + "0".repeat(24) + account.substring(2), null, null);
    }
  }

  /** The account that has money but may not call the contract. */
  static int stranger() {
    return ACCOUNTS - 1;
  }

  /** The private key of an account, {@code 0x} hexadecimal. */
  static String key(int account) {
    return "0x" + String.format("%064x", 0xa000 + account);
  }

  List<String> accounts() throws IOException, InterruptedException {
    List<String> accounts = new ArrayList<>();
    call("eth_accounts").forEach(account -> accounts.add(account.asText()));
    return accounts;
  }

  String contract() {
    return contract;
  }

  URI url() {
    return url;
  }

  /** Sends a transaction from one of the accounts. */
  JsonNode transaction(String from, String to, String data, String nonce, String gasPrice)
      throws IOException, InterruptedException {
    ObjectNode tx = JSON.createObjectNode().put("from", from).put("gas", "0xf4240");
    if (to != null) {
      tx.put("to", to);
    }
    if (data != null) {
      tx.put("data", data);
    }
    if (nonce != null) {
      tx.put("nonce", nonce);
    }
    if (gasPrice != null) {
      tx.put("gasPrice", gasPrice);
    }
    return call("eth_sendTransaction", tx);
  }

  void mine(int blocks) throws IOException, InterruptedException {
    for (int i = 0; i < blocks; i++) {
      call("evm_mine");
    }
  }

  long nonce(String account) throws IOException, InterruptedException {
    return Long.decode(call("eth_getTransactionCount", account, "latest").asText());
  }

  /** Unix seconds of the block a transaction is in. */
  long timeOf(String transaction) throws IOException, InterruptedException {
    String block = call("eth_getTransactionByHash", transaction).get("blockHash").asText();
    return Long.decode(call("eth_getBlockByHash", block, false).get("timestamp").asText());
  }

  /** Lets the process hang, without answers, or go on. */
  void hang(boolean hang) throws IOException, InterruptedException {
    new ProcessBuilder("kill", hang ? "-STOP" : "-CONT", Long.toString(process.pid()))
        .start()
        .waitFor();
  }

  JsonNode call(String method, Object... params) throws IOException, InterruptedException {
    ObjectNode request =
        JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
    ArrayNode list = request.putArray("params");
    for (Object param : params) {
      list.add(param instanceof JsonNode node ? node : JSON.valueToTree(param));
    }
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(url)
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode answer = JSON.readTree(response.body());
    if (answer.hasNonNull("error")) {
      throw new IllegalStateException(method + ": " + answer.get("error"));
    }
    return answer.get("result");
  }

  @Override
  public void close() {
    http.shutdownNow();
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
