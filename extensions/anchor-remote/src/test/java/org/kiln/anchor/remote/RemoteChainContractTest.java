package org.kiln.anchor.remote;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.anchor.MerkleTree;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.AnchorProofs;
import org.kiln.testkit.AnchorChainContract;
import org.kiln.testkit.SampleStream;

/** The service and the chain it writes to are played by the test. */
class RemoteChainContractTest extends AnchorChainContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WRITTEN_TO = "eip155:1337";

  @TempDir private Path directory;

  private final Deque<RemoteChain> open = new ArrayDeque<>();
  private final Map<String, Cid> asked = new LinkedHashMap<>();
  private final Map<Cid, Car> done = new LinkedHashMap<>();
  private Cid treeRoot;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", this::serve);
    server.start();
  }

  @AfterEach
  void stop() {
    open.forEach(RemoteChain::close);
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    String answer;
    synchronized (this) {
      if (exchange.getRequestMethod().equals("POST")) {
        String cid = JSON.readTree(body).get("cid").asText();
        asked.put(cid, Cid.parse(cid));
        answer = "{\"id\":\"request-" + cid + "\",\"status\":\"PENDING\"}";
      } else {
        answer = status(asked.get(path.substring(path.lastIndexOf('/') + 1)));
      }
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.contains("error") ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String status(Cid root) {
    if (root == null) {
      return "{\"error\":\"Request does not exist\"}";
    }
    if (!done.containsKey(root)) {
      return "{\"status\":\"PENDING\"}";
    }
    return "{\"status\":\"COMPLETED\",\"witnessCar\":\""
        + Base64.getEncoder().withoutPadding().encodeToString(done.get(root).write())
        + "\"}";
  }

  @Override
  protected AnchorChain chain() throws IOException {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    RemoteChain chain = RemoteChain.open(url, directory.resolve("node.seed"));
    open.push(chain);
    return chain;
  }

  /** Not of the chain {@code cas:remote}, which is a service's name, but where that writes to. */
  @Override
  protected String proofChainId() {
    return WRITTEN_TO;
  }

  @Override
  protected AnchorProofValidator validator() {
    return (proof, deadline) ->
        proof.root().equals(treeRoot)
            ? new Validation.Valid(Instant.ofEpochSecond(1_700_000_000))
            : new Validation.Invalid("Another root was written");
  }

  /** One tree over all that was asked for, and somebody else's. */
  @Override
  protected synchronized void settle() {
    List<Cid> leaves = new ArrayList<>(asked.values());
    leaves.add(SampleStream.cid("somebody else's"));
    leaves.sort(null);
    MerkleTree tree = MerkleTree.of(leaves);
    treeRoot = tree.root();
    AnchorProof proof =
        new AnchorProof(
            WRITTEN_TO,
            treeRoot,
            Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]),
            Optional.of("f(bytes32)"));
    Block proofBlock = AnchorProofs.encode(proof);
    for (int i = 0; i < leaves.size(); i++) {
      Block event =
          Block.of(
              Cid.DAG_CBOR,
              DagCbor.encode(
                  Ipld.map("path", Ipld.of(tree.path(i)), "proof", Ipld.of(proofBlock.cid()))));
      List<Block> blocks = new ArrayList<>(List.of(event, proofBlock));
      blocks.addAll(tree.nodesTo(i));
      done.put(leaves.get(i), new Car(List.of(event.cid()), blocks));
    }
  }
}
