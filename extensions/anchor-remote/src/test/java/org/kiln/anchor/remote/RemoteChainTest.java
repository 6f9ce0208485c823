package org.kiln.anchor.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.anchor.MerkleTree;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorChain.Submission;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.plugin.Deadline;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.AnchorProofs;

final class RemoteChainTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Cid ROOT = Cid.sha256(Cid.DAG_CBOR, new byte[] {7});

  @TempDir private Path directory;
  private HttpServer server;
  private int status = 200;
  private String answer = "{}";
  private final List<Request> requests = new ArrayList<>();

  private record Request(String method, String path, String authorization, String body) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] bytes;
          int code;
          synchronized (this) {
            requests.add(
                new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    body));
            bytes = answer.getBytes(StandardCharsets.UTF_8);
            code = status;
          }
          exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldAskWithASignedRequest() throws Exception {
    answer(201, "{\"id\":\"abc\",\"status\":\"PENDING\"}");
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/cas//";
    try (RemoteChain chain = RemoteChain.open(URI.create(url), seed())) {
      assertThat(chain.submit(ROOT, in())).isEqualTo(new Submission(ROOT, "abc"));
      Request request = requests.get(0);
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path()).isEqualTo("/cas/api/v0/requests");
      JsonNode body = JSON.readTree(request.body());
      assertThat(body.get("cid").asText()).isEqualTo(ROOT.toString());
      byte[] stream = Multibase.decode(body.get("streamId").asText());
      assertThat(HexFormat.of().formatHex(stream)).startsWith("ce010401ed010020");

      String[] jws = request.authorization().substring("Bearer ".length()).split("\\.");
      JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(jws[0]));
      assertThat(header.get("alg").asText()).isEqualTo("EdDSA");
      String kid = header.get("kid").asText();
      assertThat(kid).startsWith(chain.did() + "#z6Mk");
      JsonNode payload = JSON.readTree(Base64.getUrlDecoder().decode(jws[1]));
      assertThat(payload.get("url").asText())
          .isEqualTo(url.replace("//", "/").replace("http:/", "http://") + "api/v0/requests");
      assertThat(payload.get("nonce").asText()).hasSize(36);
      assertThat(payload.get("digest").asText())
          .isEqualTo(
              "0x"
                  + HexFormat.of()
                      .formatHex(
                          Cid.sha256(Cid.RAW, request.body().getBytes(StandardCharsets.UTF_8))
                              .digest()));
      byte[] key = Multibase.decode(kid.substring(kid.indexOf('#') + 1));
      Ed25519Signer verifier = new Ed25519Signer();
      verifier.init(false, new Ed25519PublicKeyParameters(key, 2));
      byte[] input = (jws[0] + "." + jws[1]).getBytes(StandardCharsets.US_ASCII);
      verifier.update(input, 0, input.length);
      assertThat(verifier.verifySignature(Base64.getUrlDecoder().decode(jws[2]))).isTrue();
      assertThat(stream).endsWith(java.util.Arrays.copyOfRange(key, 2, key.length));
    }
  }

  @Test
  void shouldKeepItsAccount() throws Exception {
    String did;
    try (RemoteChain chain = open()) {
      did = chain.did();
    }
    try (RemoteChain chain = open()) {
      assertThat(chain.did()).isEqualTo(did);
    }
    Files.writeString(seed(), "nonsense");
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("no seed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PENDING", "PROCESSING", "READY"})
  void shouldWait(String word) throws Exception {
    answer(200, "{\"status\":\"" + word + "\"}");
    assertThat(ask()).isInstanceOf(Status.Pending.class);
    assertThat(requests.get(0).path()).isEqualTo("/api/v0/requests/" + ROOT);
  }

  @ParameterizedTest
  @CsvSource({
    "200, FAILED, true",
    "200, REPLACED, true",
    "200, WONDERFUL, false",
    "400, '', true",
    "403, '', false",
    "500, '', false",
    "200, COMPLETED, false",
  })
  void shouldKnowWhatIsFinal(int code, String word, boolean permanent) {
    answer(code, "{\"status\":\"" + word + "\",\"error\":\"Unauthorized\"}");
    assertThatThrownBy(this::ask)
        .isInstanceOfSatisfying(
            AnchorException.class, e -> assertThat(e.retry().worthwhile()).isEqualTo(!permanent));
  }

  @Test
  void shouldSendAgainWhatTheServiceForgot() throws Exception {
    answer(404, "{\"error\":\"Request does not exist\"}");
    assertThat(ask()).isInstanceOf(Status.Lost.class);
  }

  @Test
  void shouldNotCondemnWhenNobodyAnswers() throws Exception {
    try (RemoteChain chain = open()) {
      server.stop(0);
      assertThatThrownBy(() -> chain.submit(ROOT, in()))
          .isInstanceOfSatisfying(
              AnchorException.class, e -> assertThat(e.retry().worthwhile()).isTrue());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeTheWayThroughTheTreeOfTheService(boolean detached) throws Exception {
    Witness witness = witness(detached, ROOT);
    answer(200, completed(witness.car()));
    assertThat(ask())
        .isEqualTo(
            new Status.Final(witness.proof(), witness.tree().path(3), witness.tree().nodesTo(3)));
  }

  @Test
  void shouldTakeATreeOfOneWithoutANode() throws Exception {
    AnchorProof proof = proof(ROOT);
    Block block = AnchorProofs.encode(proof);
    Block event = event(Ipld.map("path", Ipld.of(""), "proof", Ipld.of(block.cid())));
    answer(200, completed(new Car(List.of(event.cid()), List.of(event, block))));
    assertThat(ask()).isEqualTo(new Status.Final(proof));
  }

  @Test
  void rejectsAWayToAnotherRoot() {
    answer(200, completed(witness(true, Cid.sha256(Cid.DAG_CBOR, new byte[] {8})).car()));
    assertThatThrownBy(this::ask).hasMessageContaining("does not lead to our root");
  }

  @Test
  void rejectsATimeEventForAnotherTip() {
    answer(200, completed(witness(false, Cid.sha256(Cid.DAG_CBOR, new byte[] {8})).car()));
    assertThatThrownBy(this::ask).hasMessageContaining("another tip");
  }

  @Test
  void rejectsCarsWithBlocksMissingOrChanged() {
    Witness witness = witness(true, ROOT);
    List<Block> blocks = witness.car().blocks();
    for (int i = 0; i < blocks.size(); i++) {
      List<Block> without = new ArrayList<>(blocks);
      without.remove(i);
      answer(200, completed(new Car(witness.car().roots(), without)));
      assertThatThrownBy(this::ask).hasMessageContaining("is missing in the witness CAR");
      byte[] changed = blocks.get(i).data().clone();
      changed[changed.length - 1] ^= 1;
      List<Block> tampered = new ArrayList<>(blocks);
      tampered.set(i, new Block(blocks.get(i).cid(), changed));
      answer(200, completed(new Car(witness.car().roots(), tampered)));
      assertThatThrownBy(this::ask).hasMessageContaining("does not hash to its CID");
    }
    byte[] whole = witness.car().write();
    for (int length = 0; length < whole.length; length += 7) {
      answer(200, completed(java.util.Arrays.copyOf(whole, length)));
      assertThatThrownBy(this::ask).isInstanceOf(AnchorException.class);
    }
  }

  private record Witness(Car car, AnchorProof proof, MerkleTree tree) {}

  private static Witness witness(boolean detached, Cid leaf) {
    List<Cid> leaves = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      leaves.add(i == 3 ? leaf : Cid.sha256(Cid.DAG_JOSE, new byte[] {(byte) i}));
    }
    MerkleTree tree = MerkleTree.of(leaves);
    AnchorProof proof = proof(tree.root());
    Block proofBlock = AnchorProofs.encode(proof);
    Ipld.Map value = Ipld.map("path", Ipld.of(tree.path(3)), "proof", Ipld.of(proofBlock.cid()));
    Block event =
        event(detached ? value : value.with("id", Ipld.of(leaf)).with("prev", Ipld.of(leaf)));
    List<Block> blocks = new ArrayList<>(List.of(event, proofBlock));
    blocks.addAll(tree.nodesTo(3));
    return new Witness(new Car(List.of(event.cid()), blocks), proof, tree);
  }

  private static AnchorProof proof(Cid root) {
    return new AnchorProof(
        "eip155:1337",
        root,
        Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]),
        Optional.of("f(bytes32)"));
  }

  private static Block event(Ipld value) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
  }

  private static String completed(Car car) {
    return completed(car.write());
  }

  private static String completed(byte[] car) {
    return "{\"status\":\"COMPLETED\",\"witnessCar\":\""
        + Base64.getEncoder().withoutPadding().encodeToString(car)
        + "\"}";
  }

  private synchronized void answer(int code, String body) {
    status = code;
    answer = body;
  }

  private Status ask() throws IOException, AnchorException {
    try (RemoteChain chain = open()) {
      return chain.status(new Submission(ROOT, "abc"), in());
    }
  }

  private RemoteChain open() throws IOException {
    return RemoteChain.open(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), seed());
  }

  private Path seed() {
    return directory.resolve("made/node.seed");
  }

  private static Deadline in() {
    return Deadline.in(Duration.ofSeconds(60));
  }
}
