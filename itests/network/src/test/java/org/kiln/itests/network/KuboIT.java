package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.PubSub;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.bitswap.Bitswap;
import org.kiln.net.gossip.Gossip;

/** Host, gossip and bitswap with a Kubo daemon, which is what js-ceramic's peers have been. */
@Timeout(900)
@EnabledIfSystemProperty(
    named = "kiln.kubo",
    matches = "true",
    disabledReason = "With Kubo only when asked for: mvn -Pkubo verify, see README.md")
class KuboIT {
  private static final Duration TIME = Duration.ofSeconds(180);
  private static final String TOPIC = "/ceramic/local-1";
  private static final int MIB = 1 << 20;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<Cid, Block> blocks = new ConcurrentHashMap<>();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private int started;
  @TempDir private Path folder;
  private Path program;

  @BeforeEach
  void findKubo() throws Exception {
    program = KuboBinary.findOrSkip();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private Kubo kubo(String algorithm) throws IOException, InterruptedException {
    Kubo kubo = Kubo.start(program, folder.resolve("kubo" + ++started), algorithm);
    open.add(kubo);
    return kubo;
  }

  /** One of ours with everything that Kubo speaks too. */
  private record Node(Host host, Gossip gossip, Bitswap bitswap) {
    String address() {
      return host.addresses().get(0).withPeer(host.self()).toString();
    }

    void meet(Kubo kubo, boolean weDial) throws IOException, InterruptedException {
      if (weDial) {
        host.connect(kubo.id(), List.of(kubo.address()), soon());
      } else {
        kubo.dial(address());
      }
    }
  }

  private Node node() throws IOException {
    Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    open.add(host);
    Gossip gossip = new Gossip(host, folder.resolve(host.self().toString()));
    open.add(gossip);
    host.attach(gossip);
    Bitswap bitswap = new Bitswap(host, cid -> Optional.ofNullable(blocks.get(cid)));
    open.add(bitswap);
    host.attach(bitswap);
    gossip.subscribe(
        TOPIC,
        (origin, data) -> {
          heard.add(origin.author() + " " + new String(data, StandardCharsets.UTF_8));
          return PubSub.Verdict.ACCEPT;
        });
    assertThat(host.start()).isEmpty();
    gossip.start();
    return new Node(host, gossip, bitswap);
  }

  private static Deadline soon() {
    return Deadline.in(TIME);
  }

  private static void until(String what, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + TIME.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource({"ed25519, true", "ed25519, false", "rsa, true", "rsa, false"})
  void shouldMeet(String algorithm, boolean weDial) throws Exception {
    Kubo kubo = kubo(algorithm);
    Node node = node();
    node.meet(kubo, weDial);
    assertThat(kubo.ipfs("swarm", "peers")).contains(node.host.self().toString());
    // What Kubo says of itself, here.
    until(
        "Kubo has said who it is",
        () -> node.host.peer(kubo.id()).filter(peer -> !peer.agent().isEmpty()).isPresent());
    PeerInfo theirs = node.host.peer(kubo.id()).orElseThrow();
    assertThat(theirs.outbound()).isEqualTo(weDial);
    assertThat(theirs.muxer()).isEqualTo("/yamux/1.0.0");
    assertThat(theirs.agent())
        .startsWith("kubo/" + kubo.ipfs("version", "--number").replaceFirst("-.*", ""));
    assertThat(theirs.protocols())
        .contains("/ipfs/id/1.0.0", "/ipfs/bitswap/1.2.0", "/meshsub/1.1.0");
    assertThat(theirs.listenAddresses())
        .anySatisfy(at -> assertThat(kubo.address().toString()).startsWith(at.toString()));
    assertThat(node.host.ping(kubo.id())).isPositive();
    // What ours says of itself, there.
    JsonNode ours = new ObjectMapper().createObjectNode();
    long end = System.nanoTime() + TIME.toNanos();
    while (ours.path("Protocols").isEmpty()) {
      assertThat(System.nanoTime()).as("until Kubo knows more than %s", ours).isLessThan(end);
      ours =
          new ObjectMapper().readTree(kubo.ipfs("id", "--enc=json", node.host.self().toString()));
    }
    assertThat(ours.get("ID").asText()).isEqualTo(node.host.self().toString());
    assertThat(ours.get("AgentVersion").asText()).isEqualTo("kiln/test");
    assertThat(ours.get("Protocols").toString())
        .contains("/ipfs/bitswap/1.2.0", "/meshsub/1.1.0", "/ipfs/ping/1.0.0");
    assertThat(ours.get("Addresses").toString()).contains(node.address());
    assertThat(kubo.ipfs("ping", "-n", "2", node.host.self().toString()))
        .contains("Average latency");
  }

  @ParameterizedTest
  @CsvSource({"ed25519, true", "ed25519, false", "rsa, true"})
  void shouldExchangeMessages(String algorithm, boolean weDial) throws Exception {
    Kubo kubo = kubo(algorithm);
    Kubo.Topic topic = kubo.subscribe(TOPIC);
    Node node = node();
    node.meet(kubo, weDial);
    becomeMates(kubo, node);
    for (int i = 0; i < 10; i++) {
      String fromKiln = "from Kiln " + i;
      assertThat(node.gossip.publish(TOPIC, fromKiln.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(1);
      assertThat(topic.await(message -> message.text().equals(fromKiln)).from())
          .isEqualTo(node.host.self().toString());
      String fromKubo = "from Kubo " + i;
      kubo.publish(TOPIC, fromKubo);
      until("'" + fromKubo + "' is heard", () -> heard.contains(kubo.id() + " " + fromKubo));
    }
    assertThat(node.gossip.members(TOPIC))
        .singleElement()
        .satisfies(member -> assertThat(member.protocol()).isEqualTo("/meshsub/1.1.0"))
        .satisfies(member -> assertThat(member.score()).isZero());
    assertThat(node.gossip.numbers().rejected()).isZero();
  }

  /**
   * Waits until each has the other in its mesh. A GRAFT has no answer and Kubo does not show its
   * mesh: it is there when something it publishes arrives.
   */
  private void becomeMates(Kubo kubo, Node node) throws Exception {
    until(
        "Kubo is in the mesh of ours",
        () ->
            node.gossip.members(TOPIC).stream()
                .anyMatch(member -> member.peer().equals(kubo.id()) && member.mesh()));
    until(
        "Kubo knows that ours listens",
        () -> kubo.ipfs("pubsub", "peers", TOPIC).contains(node.host.self().toString()));
    int[] tries = {0};
    until(
        "Kubo's messages arrive",
        () -> {
          kubo.publish(TOPIC, "try " + ++tries[0]);
          return heard.stream().anyMatch(text -> text.startsWith(kubo.id() + " try "));
        });
  }

  @Test
  void shouldCarryMessagesOfNodesThatOnlyKnowKubo() throws Exception {
    Kubo kubo = kubo("ed25519");
    Kubo.Topic topic = kubo.subscribe(TOPIC);
    Node one = node();
    Node two = node();
    one.meet(kubo, true);
    two.meet(kubo, false);
    becomeMates(kubo, one);
    becomeMates(kubo, two);
    int[] tries = {0};
    // Until Kubo has grafted both.
    until(
        "what one says is heard",
        () -> {
          String text = "by one, try " + ++tries[0];
          one.gossip.publish(TOPIC, text.getBytes(StandardCharsets.UTF_8));
          topic.await(message -> message.text().equals(text));
          return heard.stream().anyMatch(by -> by.startsWith(one.host.self() + " by one"));
        });
    assertThat(two.host.peer(one.host.self())).isEmpty();
  }

  private Block put(Node node, Block block) {
    blocks.put(block.cid(), block);
    node.bitswap.arrived(block.cid());
    return block;
  }

  private static Block block(int size, int seed) {
    byte[] data = new byte[size];
    new Random(seed).nextBytes(data);
    return Block.of(Cid.RAW, data);
  }

  private static void putThere(Kubo kubo, Block block) throws IOException, InterruptedException {
    byte[] cid = kubo.run(block.data(), "block", "put", "--cid-codec=raw");
    assertThat(new String(cid, StandardCharsets.UTF_8).strip()).isEqualTo(block.cid().toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldExchangeBlocks(boolean weDial) throws Exception {
    Kubo kubo = kubo("ed25519");
    Node node = node();
    node.meet(kubo, weDial);
    // None of 0 bytes: Kubo gives those to nobody, not even to Kubo.
    int[] sizes = {1, 500, 1024, 1025, 200_000, MIB};
    for (int size : sizes) {
      Block theirs = block(size, 1 + size);
      putThere(kubo, theirs);
      assertThat(node.bitswap.fetch(theirs.cid(), Set.of(kubo.id()), soon())).contains(theirs);
      Block ours = put(node, block(size, 2 + size));
      assertThat(kubo.run(new byte[0], "block", "get", ours.cid().toString()))
          .isEqualTo(ours.data());
    }
    assertThat(node.bitswap.counts().blocksUnasked()).isZero();

    // What is asked for before it is there comes when it is.
    Block later = block(700, 700);
    CompletableFuture<Optional<Block>> fetched =
        CompletableFuture.supplyAsync(
            () -> node.bitswap.fetch(later.cid(), Set.of(), soon()),
            task -> Thread.ofPlatform().daemon().start(task));
    until(
        "Kubo knows that it is wanted",
        () ->
            kubo.ipfs("bitswap", "wantlist", "--peer=" + node.host.self())
                .contains(later.cid().toString()));
    putThere(kubo, later);
    assertThat(fetched.get(TIME.toSeconds(), TimeUnit.SECONDS)).contains(later);

    Block ours = block(701, 701);
    CompletableFuture<byte[]> got =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return kubo.run(new byte[0], "block", "get", ours.cid().toString());
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> Thread.ofPlatform().daemon().start(task));
    until("ours knows that it is wanted", node.bitswap::isAwaited);
    put(node, ours);
    assertThat(got.get(TIME.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ours.data());
  }

  @Test
  void shouldFetchAFile() throws Exception {
    Kubo kubo = kubo("ed25519");
    Node node = node();
    node.meet(kubo, true);
    int chunk = 8192;
    byte[] file = block(600 * chunk + 17, 3).data();
    String root =
        new String(
                kubo.run(
                    file,
                    "add",
                    "-Q",
                    "--cid-version=1",
                    "--raw-leaves",
                    "--chunker=size-" + chunk),
                StandardCharsets.UTF_8)
            .strip();
    List<Cid> wanted = new ArrayList<>(List.of(Cid.parse(root)));
    kubo.ipfs("refs", "-r", "--unique", root).lines().map(Cid::parse).forEach(wanted::add);
    List<Cid> leaves = new ArrayList<>();
    for (int from = 0; from < file.length; from += chunk) {
      byte[] leaf = Arrays.copyOfRange(file, from, Math.min(file.length, from + chunk));
      leaves.add(Cid.sha256(Cid.RAW, leaf));
    }
    assertThat(leaves).hasSize(601).isSubsetOf(wanted);
    List<Cid> fetched = new ArrayList<>();
    node.bitswap.fetchAll(wanted, Set.of(kubo.id()), soon(), block -> fetched.add(block.cid()));
    assertThat(fetched).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(node.bitswap.counts().blocksUnasked()).isZero();
  }

  @Test
  void shouldServeAGraph() throws Exception {
    Kubo kubo = kubo("ed25519");
    Node node = node();
    node.meet(kubo, false);
    // A thousand links to leaves of a hundred bytes to 20 KiB, and one of nearly a MiB.
    List<Block> leaves = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      leaves.add(block(100 + 20 * i, 10_000 + i));
    }
    leaves.add(block(MIB - 100, 20_000));
    Ipld[] links = leaves.stream().map(leaf -> (Ipld) Ipld.of(leaf.cid())).toArray(Ipld[]::new);
    Block root = Block.of(Cid.DAG_CBOR, DagCbor.encode(Ipld.list(links)));
    put(node, root);
    leaves.forEach(leaf -> put(node, leaf));
    // This asks for many at a time, where 'dag export' asks for one after the other.
    kubo.ipfs("pin", "add", root.cid().toString());
    Car car =
        Car.read(kubo.run(new byte[0], "dag", "export", "--progress=false", root.cid().toString()));
    assertThat(car.roots()).containsExactly(root.cid());
    leaves.add(root);
    assertThat(car.blocks()).containsExactlyInAnyOrderElementsOf(leaves);
    assertThat(node.bitswap.counts().blocksSent()).isGreaterThanOrEqualTo(1002);
    assertThat(node.host.peers()).hasSize(1);
  }
}
