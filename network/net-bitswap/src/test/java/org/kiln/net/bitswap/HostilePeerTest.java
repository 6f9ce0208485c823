package org.kiln.net.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Varint;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerStream;
import org.kiln.net.bitswap.BitswapMessage.Payload;
import org.kiln.net.bitswap.BitswapMessage.Presence;
import org.kiln.net.bitswap.BitswapMessage.Want;

/** Peers that mean harm: they are dropped or do none, and others are served as ever. */
@Timeout(180)
class HostilePeerTest {
  private final List<Node> nodes = new ArrayList<>();
  private final Node victim = node(Node.start());
  private final Hostile hostile = new Hostile();
  private final Node attacker = node(Node.start(hostile));

  /** Speaks bitswap in as far as it hears messages; what it says is up to the test. */
  private static final class Hostile implements NetworkProtocol {
    final BlockingQueue<BitswapMessage> heard = new LinkedBlockingQueue<>();
    volatile boolean deaf;

    @Override
    public List<String> ids() {
      return ProtocolVersion.IDS;
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      while (true) {
        if (deaf) {
          // Reads nothing until the stream is broken off.
          Object never = new Object();
          synchronized (never) {
            try {
              never.wait(120_000);
            } catch (InterruptedException e) {
              return;
            }
          }
        }
        byte[] frame = stream.readFrame(BitswapMessage.MAX_BYTES, Node.soon());
        if (frame == null) {
          return;
        }
        heard.add(BitswapMessage.decode(frame));
      }
    }

    BitswapMessage next() throws InterruptedException {
      BitswapMessage message = heard.poll(60, TimeUnit.SECONDS);
      assertThat(message).as("message of the node").isNotNull();
      return message;
    }
  }

  private Node node(Node node) {
    nodes.add(node);
    return node;
  }

  @AfterEach
  void close() {
    nodes.reversed().forEach(Node::close);
  }

  private PeerId attackerId() {
    return attacker.host.self();
  }

  private PeerStream open() throws IOException {
    return attacker.host.open(victim.host.self(), ProtocolVersion.IDS, Node.soon());
  }

  private static BitswapMessage blocks(Collection<Payload> payloads) {
    return new BitswapMessage(false, List.of(), List.copyOf(payloads), List.of(), 0);
  }

  private static BitswapMessage wants(Collection<Want> wants) {
    return new BitswapMessage(false, List.copyOf(wants), List.of(), List.of(), 0);
  }

  private static void say(PeerStream stream, BitswapMessage message) throws IOException {
    stream.writeFrame(message.encode(ProtocolVersion.V1_2), Node.soon());
  }

  private CompletableFuture<Optional<Block>> fetching(Cid cid) {
    return CompletableFuture.supplyAsync(
        () -> victim.bitswap.fetch(cid, Set.of(), Node.soon()), task -> new Thread(task).start());
  }

  private void awaitScore(double atMost) throws InterruptedException {
    Node.await("for the score", () -> victim.bitswap.score(attackerId()).orElse(0) <= atMost);
  }

  /** The node still gives to, and takes from, an honest peer. */
  private void assertOthersAreServed() throws Exception {
    Node honest = node(Node.start());
    honest.meet(victim);
    Block given = victim.put(Node.block("given"));
    Block taken = honest.put(Node.block("taken"));
    assertThat(honest.bitswap.fetch(given.cid(), Set.of(victim.host.self()), Node.soon()))
        .contains(given);
    assertThat(victim.bitswap.fetch(taken.cid(), Set.of(honest.host.self()), Node.soon()))
        .contains(taken);
  }

  @Test
  void rejectsABlockThatIsNotTheOneAskedFor() throws Exception {
    attacker.meet(victim);
    Block right = Node.block("right");
    CompletableFuture<Optional<Block>> fetched = fetching(right.cid());
    assertThat(hostile.next().wants()).extracting(Want::cid).contains(right.cid());
    PeerStream stream = open();
    say(stream, blocks(List.of(new Payload(Prefix.of(right.cid()), new byte[] {1, 2, 3}))));
    awaitScore(-0.9);
    assertThat(fetched).isNotDone();
    // The right one is still taken, even from the same peer.
    say(stream, blocks(List.of(new Payload(Prefix.of(right.cid()), right.data()))));
    assertThat(fetched.get(60, TimeUnit.SECONDS)).contains(right);
    assertThat(victim.bitswap.counts().blocksUnasked()).isEqualTo(1);
  }

  @Test
  void shouldDropAPeerThatSendsBlocksNobodyAskedFor() throws Exception {
    attacker.meet(victim);
    PeerStream stream = open();
    for (int i = 0; i < 10; i++) {
      List<Payload> flood = new ArrayList<>();
      for (int j = 0; j < 11; j++) {
        flood.add(new Payload(new Prefix(1, Cid.RAW, Cid.SHA2_256, 32), new byte[] {(byte) j}));
      }
      try {
        say(stream, blocks(flood));
      } catch (IOException e) {
        break; // already sent away
      }
    }
    Node.await("for the end", () -> victim.host.peer(attackerId()).isEmpty());
    assertThat(victim.bitswap.counts().bytesReceived()).isZero();
    // Coming back at once does not help.
    attacker.host.connect(victim.host.self(), victim.host.addresses(), Node.soon());
    Node.await("for the end", () -> victim.host.peer(attackerId()).isEmpty());
    assertOthersAreServed();
  }

  @Test
  void shouldBearWithAPeerThatAnswersEachQuestionWithAllItOwes() throws Exception {
    // As Helia does: what it has not finished sending goes into each of its answers.
    attacker.meet(victim);
    Map<Cid, Payload> owed = new LinkedHashMap<>();
    Map<Cid, Block> wanted =
        IntStream.range(0, 100)
            .mapToObj(i -> Node.block("one of many " + i))
            .collect(Collectors.toMap(Block::cid, block -> block));
    List<CompletableFuture<Optional<Block>>> fetched =
        wanted.keySet().stream().map(this::fetching).toList();
    PeerStream stream = open();
    while (owed.size() < wanted.size()) {
      for (Want want : hostile.next().wants()) {
        if (!want.cancel()) {
          Cid cid = want.cid();
          owed.put(cid, new Payload(Prefix.of(cid), wanted.get(cid).data()));
        }
      }
      say(stream, blocks(owed.values()));
    }
    // With a message for each want, each block has come 50 times on the average by now, or but
    // once.
    for (int i = 0; i < 10; i++) {
      say(stream, blocks(owed.values()));
    }
    for (CompletableFuture<Optional<Block>> one : fetched) {
      assertThat(one.get(60, TimeUnit.SECONDS)).isPresent();
    }
    Node.await(
        "for all repetitions", () -> victim.bitswap.counts().blocksRepeated() >= 10 * owed.size());
    assertThat(victim.bitswap.score(attackerId())).hasValue(0);
    assertThat(victim.host.peer(attackerId())).isPresent();
  }

  @Test
  void shouldDropAPeerThatRepeatsABlock() throws Exception {
    attacker.meet(victim);
    Block block = Node.block("again and again");
    CompletableFuture<Optional<Block>> fetched = fetching(block.cid());
    hostile.next();
    PeerStream stream = open();
    Payload payload = new Payload(Prefix.of(block.cid()), block.data());
    say(stream, blocks(List.of(payload)));
    assertThat(fetched.get(60, TimeUnit.SECONDS)).contains(block);
    try {
      for (int i = 0; i < 1200; i++) {
        say(stream, blocks(List.of(payload)));
      }
    } catch (IOException e) {
      assertThat(e).hasMessageNotContaining("window");
    }
    Node.await("for the end", () -> victim.host.peer(attackerId()).isEmpty());
  }

  @Test
  void shouldBoundAnEndlessWantlist() throws Exception {
    attacker.meet(victim);
    PeerStream stream = open();
    int number = 0;
    try {
      for (int i = 0; i < 300; i++) {
        List<Want> wants = new ArrayList<>();
        for (int j = 0; j < 1000; j++) {
          // Each more urgent than the ones before, so that each is let in.
          wants.add(new Want(Node.block("no " + number).cid(), number++, false, true, false));
        }
        say(stream, wants(wants));
        assertThat(victim.bitswap.counts().wantsOfPeers())
            .isLessThanOrEqualTo(BitswapLimits.DEFAULT.wantsPerPeer());
      }
    } catch (IOException e) {
      assertThat(number).isGreaterThan(BitswapLimits.DEFAULT.wantsPerPeer());
    }
    Node.await("for the end", () -> victim.host.peer(attackerId()).isEmpty());
    Node.await(
        "for it to be forgotten",
        () -> victim.bitswap.counts().wantsOfPeers() == 0 && !victim.bitswap.isAwaited());
    assertOthersAreServed();
  }

  @Test
  void shouldGiveUpOnAPeerThatDoesNotRead() throws Exception {
    Node impatient =
        node(
            Node.start(
                new BitswapLimits(
                    1024,
                    4096,
                    128 * 1024,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    16)));
    hostile.deaf = true;
    attacker.meet(impatient);
    List<Want> wants = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      byte[] data = new byte[100_000];
      data[0] = (byte) i;
      data[1] = (byte) (i >> 8);
      wants.add(new Want(impatient.put(Block.of(Cid.RAW, data)).cid(), 1, false, false, true));
    }
    PeerStream stream = attacker.host.open(impatient.host.self(), ProtocolVersion.IDS, Node.soon());
    say(stream, wants(wants));
    Node.await(
        "for the wants to be dropped",
        () ->
            impatient.bitswap.score(attackerId()).orElse(0) < -9
                && impatient.bitswap.counts().wantsOfPeers() == 0);
    assertThat(impatient.bitswap.counts().bytesSent())
        .as("what was read from the store for it")
        .isLessThan(8 << 20);
  }

  @Test
  void rejectsAnOversizeMessage() throws Exception {
    attacker.meet(victim);
    PeerStream stream = open();
    byte[] length = Varint.encode(BitswapMessage.MAX_BYTES + 1);
    stream.write(length, 0, length.length, Node.soon());
    awaitScore(-9);
    assertOthersAreServed();
  }

  @Test
  void rejectsNonsense() throws Exception {
    attacker.meet(victim);
    for (int i = 0; i < 11; i++) {
      try (PeerStream stream = open()) {
        stream.writeFrame(new byte[] {10, 127, 1}, Node.soon());
      } catch (IOException e) {
        break;
      }
    }
    Node.await("for the end", () -> victim.host.peer(attackerId()).isEmpty());
    assertOthersAreServed();
  }

  @Test
  void shouldNotBelieveAPeerThatSaysItHasEverything() throws Exception {
    Node patient =
        node(
            Node.start(
                new BitswapLimits(
                    1024,
                    4096,
                    128 * 1024,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(2),
                    16)));
    Node honest = node(Node.start());
    attacker.meet(patient);
    Block block = Node.block("truly");
    CompletableFuture<Optional<Block>> fetched =
        CompletableFuture.supplyAsync(
            () -> patient.bitswap.fetch(block.cid(), Set.of(attackerId()), Node.soon()),
            task -> new Thread(task).start());
    hostile.next();
    PeerStream stream = attacker.host.open(patient.host.self(), ProtocolVersion.IDS, Node.soon());
    for (int i = 0; i < 100; i++) {
      say(
          stream,
          new BitswapMessage(
              false, List.of(), List.of(), List.of(new Presence(block.cid(), true)), 0));
    }
    honest.put(block);
    honest.meet(patient);
    assertThat(fetched.get(60, TimeUnit.SECONDS)).contains(block);
  }

  @Test
  void shouldAskAgainWhatAPeerHasLost() throws Exception {
    // Answers nothing that it is asked for the first time, and everything the second time.
    Set<Cid> lost = new HashSet<>();
    Map<Cid, Block> blocks =
        IntStream.range(0, 1000)
            .mapToObj(i -> Node.block("lost at first " + i))
            .collect(Collectors.toMap(Block::cid, block -> block));
    Node hasty =
        node(
            Node.start(
                new BitswapLimits(
                    1024,
                    131_072,
                    128 * 1024,
                    Duration.ofMillis(200),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(2),
                    512)));
    attacker.meet(hasty);
    Set<Cid> come = ConcurrentHashMap.newKeySet();
    Thread fetching =
        Thread.ofPlatform()
            .daemon()
            .start(
                () ->
                    hasty.bitswap.fetchAll(
                        blocks.keySet(),
                        Set.of(attackerId()),
                        Node.soon(),
                        block -> come.add(block.cid())));
    PeerStream stream = attacker.host.open(hasty.host.self(), ProtocolVersion.IDS, Node.soon());
    Set<Cid> sent = new HashSet<>();
    while (sent.size() < blocks.size()) {
      List<Payload> payloads = new ArrayList<>();
      for (Want want : hostile.next().wants()) {
        Cid cid = want.cid();
        if (!want.cancel() && !lost.add(cid) && sent.add(cid)) {
          payloads.add(new Payload(Prefix.of(cid), blocks.get(cid).data()));
        }
      }
      say(stream, blocks(payloads));
    }
    fetching.join(Duration.ofSeconds(60));
    assertThat(fetching.isAlive()).as("still fetching").isFalse();
    assertThat(come).isEqualTo(blocks.keySet());
    assertThat(hasty.bitswap.score(attackerId()).orElse(0)).isZero();
  }
}
