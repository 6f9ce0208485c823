package org.kiln.net.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.ContentRouting;

/** Nodes that give each other blocks, over real connections on loopback. */
@Timeout(120)
class BitswapTest {
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.reversed().forEach(Node::close);
  }

  private Node node() {
    Node node = Node.start();
    nodes.add(node);
    return node;
  }

  /** Fetches on a thread of its own. */
  private static CompletableFuture<Optional<Block>> fetching(Node node, Cid cid) {
    return CompletableFuture.supplyAsync(
        () -> node.bitswap.fetch(cid, Set.of(), Node.soon()), task -> new Thread(task).start());
  }

  @Test
  void shouldFetchABlock() throws Exception {
    Node giver = node();
    Node taker = node();
    Block block = giver.put(Node.block("hello"));
    taker.meet(giver);
    assertThat(taker.bitswap.fetch(block.cid(), Set.of(giver.host.self()), Node.soon()))
        .contains(block);
    assertThat(giver.bitswap.fetch(block.cid(), Set.of(), Deadline.in(Duration.ofMillis(1))))
        .as("what is fetched is not stored")
        .isEmpty();
    assertThat(giver.bitswap.counts().blocksSent()).isEqualTo(1);
    assertThat(taker.bitswap.counts().blocksReceived()).isEqualTo(1);
    assertThat(taker.bitswap.counts().wants()).isZero();
  }

  @Test
  void shouldAskAllPeersWhenNobodyIsNamed() throws Exception {
    Node taker = node();
    Node empty = node();
    Node giver = node();
    Block large = giver.put(Block.of(Cid.RAW, new byte[100_000]));
    taker.meet(empty);
    taker.meet(giver);
    assertThat(taker.bitswap.fetch(large.cid(), Set.of(), Node.soon())).contains(large);
    assertThat(empty.bitswap.counts().blocksSent()).isZero();
  }

  @Test
  void shouldDialThePeersNamed() throws Exception {
    Node giver = node();
    Node taker = node();
    Block block = giver.put(Node.block("over there"));
    taker.host.learn(giver.host.self(), giver.host.addresses());
    assertThat(taker.bitswap.fetch(block.cid(), Set.of(giver.host.self()), Node.soon()))
        .contains(block);
  }

  @Test
  void shouldGoOnToTheNextPeer() throws Exception {
    Node taker = node();
    Node wrong = node();
    Node right = node();
    Block block = right.put(Node.block("with the second"));
    taker.meet(wrong);
    taker.meet(right);
    assertThat(taker.bitswap.fetch(block.cid(), Set.of(wrong.host.self()), Node.soon()))
        .contains(block);
  }

  @Test
  void shouldGetABlockThatTurnsUpLater() throws Exception {
    Node giver = node();
    Node taker = node();
    taker.meet(giver);
    Block block = Node.block("late");
    CompletableFuture<Optional<Block>> fetched = fetching(taker, block.cid());
    Node.await("for the want to be remembered", giver.bitswap::isAwaited);
    giver.put(block);
    assertThat(fetched.get(60, TimeUnit.SECONDS)).contains(block);
    Node.await("for nothing to be left", () -> !giver.bitswap.isAwaited());
  }

  @Test
  void shouldTakeBackWhatItNoLongerWants() throws Exception {
    Node taker = node();
    Node first = node();
    Node second = node();
    taker.meet(first);
    taker.meet(second);
    Block block = Node.block("once is enough");
    CompletableFuture<Optional<Block>> fetched = fetching(taker, block.cid());
    Node.await("for both", () -> first.bitswap.isAwaited() && second.bitswap.isAwaited());
    first.put(block);
    assertThat(fetched.get(60, TimeUnit.SECONDS)).contains(block);
    Node.await("for the cancel", () -> second.bitswap.counts().wantsOfPeers() == 0);
    assertThat(second.bitswap.isAwaited()).isFalse();
  }

  @Test
  void shouldGiveUpInTime() throws Exception {
    Node giver = node();
    Node taker = node();
    taker.meet(giver);
    Cid nowhere = Node.block("nowhere").cid();
    assertThat(taker.bitswap.fetch(nowhere, Set.of(), Deadline.in(Duration.ofMillis(300))))
        .isEmpty();
    assertThat(taker.bitswap.counts().wants()).isZero();
    Node.await("for the cancel", () -> giver.bitswap.counts().wantsOfPeers() == 0);
  }

  @Test
  void shouldAskOnlyWhoIsNearWhenThatIsWanted() throws Exception {
    Node giver = node();
    Node other = node();
    Node taker = node();
    taker.meet(giver);
    taker.meet(other);
    Block block = giver.put(Node.block("near"));
    assertThat(taker.bitswap.fetchNear(block.cid(), Set.of(other.host.self()), Node.soon()))
        .contains(block);
    List<Cid> routed = new CopyOnWriteArrayList<>();
    taker.bitswap.routeBy(
        new ContentRouting() {
          @Override
          public Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline) {
            routed.add(cid);
            return Map.of();
          }

          @Override
          public int provide(Cid cid, Deadline deadline) {
            return 0;
          }
        });
    // Both say no, and that is that: long before the deadline.
    Deadline late = Deadline.in(Duration.ofMinutes(10));
    Cid nowhere = Node.block("nowhere").cid();
    assertThat(taker.bitswap.fetchNear(nowhere, Set.of(giver.host.self()), late)).isEmpty();
    assertThat(taker.bitswap.fetchNear(nowhere, Set.of(), late)).isEmpty();
    assertThat(late.expired()).isFalse();
    assertThat(routed).isEmpty();
    Node.await("for nothing to be wanted", () -> taker.bitswap.counts().wants() == 0);
  }

  @Test
  void rejectsWhatCannotBeChecked() {
    Cid identity = Cid.ofDigest(Cid.RAW, Cid.IDENTITY, new byte[4]);
    assertThat(node().bitswap.fetch(identity, Set.of(), Node.soon())).isEmpty();
  }

  @Test
  void shouldFetchManyFromSeveralPeers() throws Exception {
    Node taker = node();
    List<Node> givers = List.of(node(), node(), node());
    for (Node giver : givers) {
      taker.meet(giver);
    }
    List<Cid> cids = new ArrayList<>();
    for (int i = 0; i < 6000; i++) {
      Block block = Node.block("block " + i);
      givers.get(i % 3).put(block);
      if (i % 2 == 0) {
        givers.get((i + 1) % 3).put(block);
      }
      cids.add(block.cid());
    }
    Set<PeerId> hints = Set.copyOf(givers.stream().map(giver -> giver.host.self()).toList());
    List<Block> fetched = new ArrayList<>();
    taker.bitswap.fetchAll(cids, hints, Node.soon(), fetched::add);
    assertThat(fetched).extracting(Block::cid).containsExactlyInAnyOrderElementsOf(cids);
    assertThat(givers).allMatch(giver -> giver.bitswap.counts().blocksSent() > 0);
    assertThat(taker.bitswap.counts().blocksUnasked()).isZero();
  }

  @Test
  void shouldCarryLargeBlocksInMessagesOfTheirOwn() throws Exception {
    Node giver = node();
    Node taker = node();
    taker.meet(giver);
    List<Cid> cids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      byte[] data = new byte[i % 2 == 0 ? BitswapMessage.MAX_BLOCK - 64 : 700_000];
      data[0] = (byte) i;
      cids.add(giver.put(Block.of(Cid.RAW, data)).cid());
    }
    List<Block> fetched = new ArrayList<>();
    taker.bitswap.fetchAll(cids, Set.of(giver.host.self()), Node.soon(), fetched::add);
    assertThat(fetched).extracting(Block::cid).containsExactlyInAnyOrderElementsOf(cids);
  }

  @Test
  void shouldSurviveAPeerThatLeaves() throws Exception {
    Node taker = node();
    Node leaving = node();
    Node staying = node();
    taker.meet(leaving);
    Block block = Node.block("still there");
    CompletableFuture<Optional<Block>> fetched = fetching(taker, block.cid());
    Node.await("for the want", leaving.bitswap::isAwaited);
    leaving.close();
    staying.put(block);
    taker.meet(staying);
    assertThat(fetched.get(60, TimeUnit.SECONDS)).contains(block);
  }

  @Test
  void shouldAskRoutingWhenNobodyHasIt() throws Exception {
    Node taker = node();
    Node giver = node();
    Block block = giver.put(Node.block("far away"));
    taker.bitswap.routeBy(
        new ContentRouting() {
          @Override
          public Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline) {
            return cid.equals(block.cid())
                ? Map.of(giver.host.self(), giver.host.addresses())
                : Map.of();
          }

          @Override
          public int provide(Cid cid, Deadline deadline) {
            return 0;
          }
        });
    assertThat(taker.bitswap.fetch(block.cid(), Set.of(), Node.soon())).contains(block);
  }

  @Test
  void shouldServeTwoFetchesOfTheSameBlock() throws Exception {
    Node giver = node();
    Node taker = node();
    taker.meet(giver);
    Block block = Node.block("for two");
    CompletableFuture<Optional<Block>> one = fetching(taker, block.cid());
    CompletableFuture<Optional<Block>> other = fetching(taker, block.cid());
    Node.await("for the want", giver.bitswap::isAwaited);
    giver.put(block);
    assertThat(one.get(60, TimeUnit.SECONDS)).contains(block);
    assertThat(other.get(60, TimeUnit.SECONDS)).contains(block);
  }
}
