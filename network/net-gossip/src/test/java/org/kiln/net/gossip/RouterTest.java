package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.PeerId;
import org.kiln.core.net.PubSub;

/** One router among peers of whom each says what the test wants, hostile things included. */
class RouterTest {
  private static final String TOPIC = "/ceramic/local-1";

  private long now = 1_000_000;
  private final Router router =
      new Router(FakeKeys.peer(0), Parameters.DEFAULT, () -> now, new Random(1));
  private final StrictSign sign = new StrictSign(FakeKeys.peer(0), new FakeKeys(FakeKeys.peer(0)));
  private final Map<PeerId, OutboundQueue> queues = new LinkedHashMap<>();
  private long seqno = 1;

  private PeerId peer(int number, boolean outbound) {
    PeerId id = FakeKeys.peer(number);
    queues.put(id, new OutboundQueue());
    router.arrived(id, true, outbound, null, queues.get(id));
    says(id, rpc(List.of(new Rpc.Subscription(TOPIC, true)), List.of()));
    return id;
  }

  private static Rpc rpc(List<Rpc.Subscription> subscriptions, List<Message> messages) {
    return new Rpc(subscriptions, messages, List.of(), List.of(), List.of(), List.of());
  }

  private static Rpc rpc(
      List<Rpc.Have> haves, List<String> wants, List<String> grafts, List<Rpc.Prune> prunes) {
    return new Rpc(List.of(), List.of(), haves, wants, grafts, prunes);
  }

  private static Rpc graft() {
    return rpc(List.of(), List.of(), List.of(TOPIC), List.of());
  }

  private static Rpc have(String... ids) {
    return rpc(List.of(new Rpc.Have(TOPIC, List.of(ids))), List.of(), List.of(), List.of());
  }

  private static Rpc want(List<String> ids) {
    return rpc(List.of(), ids, List.of(), List.of());
  }

  /** What gets through of a frame: what the application would see. */
  private List<String> says(PeerId from, Rpc rpc) {
    List<String> through = new ArrayList<>();
    for (Message message : router.receive(from, rpc)) {
      if (sign.author(message) == null) {
        router.invalid(from);
      } else if (router.claim(message)) {
        through.add(new String(message.data(), StandardCharsets.UTF_8));
        router.forward(from, message);
      }
    }
    return through;
  }

  private List<String> says(PeerId from, Message... messages) {
    return says(from, rpc(List.of(), List.of(messages)));
  }

  private Message by(PeerId author, String text) {
    return new StrictSign(author, new FakeKeys(author))
        .sign(TOPIC, text.getBytes(StandardCharsets.UTF_8), seqno++);
  }

  /** Everything that waits for a peer, as it will read it. */
  private List<Rpc> waiting(PeerId id) {
    List<Rpc> all = new ArrayList<>();
    for (byte[] frame = queues.get(id).poll(); frame != null; frame = queues.get(id).poll()) {
      try {
        all.add(RpcDecoder.decode(frame));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return all;
  }

  private List<String> grafts(PeerId id) {
    return waiting(id).stream().flatMap(rpc -> rpc.grafts().stream()).toList();
  }

  private List<Rpc.Prune> prunes(PeerId id) {
    return waiting(id).stream().flatMap(rpc -> rpc.prunes().stream()).toList();
  }

  private List<String> texts(PeerId id) {
    return waiting(id).stream()
        .flatMap(rpc -> rpc.messages().stream())
        .map(message -> new String(message.data(), StandardCharsets.UTF_8))
        .toList();
  }

  private void beat() {
    now += 1_000;
    router.heartbeat();
  }

  private long meshed() {
    return router.members(TOPIC, id -> "").stream().filter(PubSub.Member::mesh).count();
  }

  @Test
  void shouldKeepTheMeshBetweenItsBounds() {
    router.subscribe(TOPIC);
    for (int i = 1; i <= 4; i++) {
      peer(i, true);
    }
    beat();
    assertThat(meshed()).isEqualTo(4);
    for (int i = 5; i <= 20; i++) {
      peer(i, false);
    }
    beat();
    assertThat(meshed()).isEqualTo(6);
    for (int i = 5; i <= 20; i++) {
      says(FakeKeys.peer(i), graft());
    }
    assertThat(meshed()).isEqualTo(12);
    // At the upper bound only peers that we dialled get in.
    PeerId dialled = peer(21, true);
    says(dialled, graft());
    assertThat(meshed()).isEqualTo(13);
    beat();
    assertThat(meshed()).isEqualTo(6);
    long ours =
        router.members(TOPIC, id -> "").stream()
            .filter(PubSub.Member::mesh)
            .filter(
                member ->
                    member.peer().equals(dialled)
                        || List.of(1, 2, 3, 4).stream()
                            .anyMatch(i -> FakeKeys.peer(i).equals(member.peer())))
            .count();
    assertThat(ours).isGreaterThanOrEqualTo(2);
  }

  @Test
  void shouldHonourBackoff() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, true);
    beat();
    assertThat(grafts(peer)).containsExactly(TOPIC);
    says(peer, rpc(List.of(), List.of(), List.of(), List.of(new Rpc.Prune(TOPIC, 30))));
    assertThat(meshed()).isZero();
    for (int i = 0; i < 30; i++) {
      beat();
      assertThat(grafts(peer)).isEmpty();
    }
    beat();
    assertThat(grafts(peer)).containsExactly(TOPIC);
  }

  @Test
  void rejectsGraftsDuringBackoffAndThenThePeer() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, false);
    says(peer, rpc(List.of(), List.of(), List.of(), List.of(new Rpc.Prune(TOPIC, 60))));
    waiting(peer);
    for (int i = 0; i < 10_000; i++) {
      says(peer, graft());
    }
    assertThat(meshed()).isZero();
    // Ten thousand grafts, one prune in the queue; and soon nobody listens any more.
    assertThat(prunes(peer)).hasSize(1);
    assertThat(router.score(peer)).isLessThan(Parameters.GRAYLIST_THRESHOLD);
    assertThat(says(peer, by(peer, "heard?"))).isEmpty();
  }

  @Test
  void shouldSayNothingToGraftsOfUnknownTopics() {
    PeerId peer = peer(1, false);
    waiting(peer);
    says(peer, rpc(List.of(), List.of(), List.of("/other", TOPIC), List.of()));
    assertThat(waiting(peer)).isEmpty();
    assertThat(router.score(peer)).isZero();
  }

  @Test
  void rejectsForgedMessagesAndThenThePeer() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, false);
    PeerId author = FakeKeys.peer(99);
    Message honest = by(author, "honest");
    Message changed =
        new Message(
            honest.from(),
            "changed".getBytes(StandardCharsets.UTF_8),
            honest.seqno(),
            TOPIC,
            honest.signature(),
            null,
            new byte[0]);
    assertThat(says(peer, changed, by(peer, "x").signed(null), by(peer, "y").signed(new byte[64])))
        .isEmpty();
    assertThat(router.score(peer)).isEqualTo(-9);
    // A forger cannot keep the real message out.
    PeerId other = peer(2, false);
    assertThat(says(other, honest)).containsExactly("honest");
    for (int i = 0; i < 10; i++) {
      says(peer, by(peer, "z").signed(null));
    }
    assertThat(router.score(peer)).isLessThan(Parameters.GRAYLIST_THRESHOLD);
    assertThat(says(peer, by(peer, "true, for once"))).isEmpty();
    beat();
    beat();
    beat();
    assertThat(says(peer, by(peer, "forgiven"))).containsExactly("forgiven");
  }

  @Test
  void rejectsAMessageSeenBefore() {
    router.subscribe(TOPIC);
    PeerId one = peer(1, true);
    PeerId two = peer(2, true);
    beat();
    Message message = by(one, "once");
    assertThat(says(one, message)).containsExactly("once");
    assertThat(texts(two)).containsExactly("once");
    for (int i = 0; i < 100; i++) {
      assertThat(says(one, message)).isEmpty();
      now += 60_000;
    }
    assertThat(texts(two)).isEmpty();
    // Another text under the same number is a replay as well, even when it is signed.
    Message again =
        new StrictSign(one, new FakeKeys(one))
            .sign(TOPIC, "twice".getBytes(StandardCharsets.UTF_8), seqno - 1);
    assertThat(says(two, again)).isEmpty();
  }

  @Test
  void rejectsOurOwnWordsFromOthers() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, true);
    Message own = sign.sign(TOPIC, new byte[] {1}, 5);
    assertThat(says(peer, own)).isEmpty();
    router.publish(sign.sign(TOPIC, "mine".getBytes(StandardCharsets.UTF_8), 6));
    assertThat(texts(peer)).containsExactly("mine");
  }

  @Test
  void shouldTakeAnySeqnoOfOthers() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, true);
    StrictSign theirs = new StrictSign(peer, new FakeKeys(peer));
    assertThat(says(peer, theirs.sign(TOPIC, new byte[] {'a'}, 1L << 60))).containsExactly("a");
    assertThat(says(peer, theirs.sign(TOPIC, new byte[] {'b'}, -7))).containsExactly("b");
    assertThat(says(peer, theirs.sign(TOPIC, new byte[] {'c'}, 3))).containsExactly("c");
  }

  @Test
  void shouldAskForWhatItLacksAndNoMoreThanItMay() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, true);
    waiting(peer);
    for (int i = 0; i < 1_000; i++) {
      List<String> ids = new ArrayList<>();
      for (int j = 0; j < 1_000; j++) {
        ids.add("id " + i + " " + j);
      }
      says(peer, have(ids.toArray(String[]::new)));
    }
    List<String> asked = waiting(peer).stream().flatMap(rpc -> rpc.wants().stream()).toList();
    assertThat(asked).hasSize(5_000).doesNotHaveDuplicates();
    assertThat(router.promisesOpen()).isLessThanOrEqualTo(10);
    // None of them comes.
    for (int i = 0; i < 3; i++) {
      beat();
    }
    assertThat(router.promisesOpen()).isZero();
    assertThat(router.score(peer)).isLessThan(Parameters.GOSSIP_THRESHOLD);
    waiting(peer);
    says(peer, have("again"));
    assertThat(waiting(peer)).isEmpty();
  }

  @Test
  void shouldCountAPromiseKeptUnderTheIdOfAnotherMake() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, true);
    Message message = by(peer, "from js");
    waiting(peer);
    String theirs = message.id().substring(2);
    says(peer, have(theirs));
    assertThat(waiting(peer)).singleElement().extracting(Rpc::wants).isEqualTo(List.of(theirs));
    assertThat(says(peer, message)).containsExactly("from js");
    assertThat(router.promisesOpen()).isZero();
    says(peer, have(theirs));
    assertThat(waiting(peer)).isEmpty();
    says(peer, want(List.of(theirs)));
    assertThat(texts(peer)).containsExactly("from js");
  }

  @Test
  void shouldAnswerEachIdThreeTimes() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, true);
    Message message = by(FakeKeys.peer(9), "wanted");
    says(peer(2, true), message);
    waiting(peer);
    List<String> storm = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      storm.add(i % 2 == 0 ? message.id() : "nonsense " + i);
    }
    says(peer, want(storm));
    assertThat(texts(peer)).containsExactly("wanted", "wanted", "wanted");
    for (int i = 0; i < 5; i++) {
      beat();
    }
    waiting(peer);
    says(peer, want(List.of(message.id())));
    assertThat(texts(peer)).isEmpty();
  }

  @Test
  void shouldTellPeersOutsideTheMeshOfMessages() {
    router.subscribe(TOPIC);
    for (int i = 1; i <= 30; i++) {
      peer(i, i <= 8);
    }
    beat();
    queues.keySet().forEach(this::waiting);
    Message message = by(FakeKeys.peer(99), "news");
    says(FakeKeys.peer(1), message);
    long direct = queues.keySet().stream().filter(id -> !texts(id).isEmpty()).count();
    assertThat(direct).isBetween(5L, 6L);
    beat();
    long told =
        queues.keySet().stream()
            .filter(
                id ->
                    waiting(id).stream()
                        .flatMap(rpc -> rpc.haves().stream())
                        .anyMatch(have -> have.ids().contains(message.id())))
            .count();
    assertThat(told).isEqualTo(6);
  }

  @Test
  void shouldSendItsOwnMessagesToAllSubscribersAndPeersOfFloodsub() {
    router.subscribe(TOPIC);
    for (int i = 1; i <= 30; i++) {
      peer(i, false);
    }
    PeerId old = FakeKeys.peer(31);
    queues.put(old, new OutboundQueue());
    router.arrived(old, false, false, null, queues.get(old));
    says(old, rpc(List.of(new Rpc.Subscription(TOPIC, true)), List.of()));
    beat();
    assertThat(router.publish(sign.sign(TOPIC, new byte[] {'m'}, 1))).isEqualTo(31);
    assertThat(texts(old)).containsExactly("m");
    says(FakeKeys.peer(1), by(FakeKeys.peer(1), "passed on"));
    assertThat(texts(old)).containsExactly("passed on");
    assertThat(grafts(old)).isEmpty();
  }

  @Test
  void shouldPublishToTopicsItIsNotOn() {
    Router quiet =
        new Router(FakeKeys.peer(0), Parameters.DEFAULT.meshOnly(), () -> now, new Random(1));
    Map<PeerId, OutboundQueue> others = new LinkedHashMap<>();
    for (int i = 1; i <= 20; i++) {
      PeerId id = FakeKeys.peer(i);
      others.put(id, new OutboundQueue());
      quiet.arrived(id, true, true, null, others.get(id));
      quiet.receive(id, rpc(List.of(new Rpc.Subscription(TOPIC, true)), List.of()));
    }
    assertThat(quiet.publish(sign.sign(TOPIC, new byte[] {1}, 1))).isEqualTo(6);
    List<PeerId> first =
        others.keySet().stream().filter(id -> others.get(id).poll() != null).toList();
    quiet.publish(sign.sign(TOPIC, new byte[] {2}, 2));
    assertThat(others.keySet().stream().filter(id -> others.get(id).poll() != null))
        .containsExactlyElementsOf(first);
  }

  @Test
  void shouldCountPeersOnOneAddress() {
    for (int i = 1; i <= 13; i++) {
      router.arrived(FakeKeys.peer(i), true, false, "192.0.2.7", new OutboundQueue());
    }
    assertThat(router.score(FakeKeys.peer(1))).isEqualTo(-45);
    router.left(FakeKeys.peer(2));
    router.left(FakeKeys.peer(3));
    router.left(FakeKeys.peer(4));
    assertThat(router.score(FakeKeys.peer(1))).isZero();
  }

  @Test
  void shouldTakeFromAnotherWhatWasNotHeardFromOne() {
    router.subscribe(TOPIC);
    PeerId flooder = peer(1, false);
    PeerId other = peer(2, false);
    Message message = by(FakeKeys.peer(9), "first by the flooder");
    assertThat(router.receive(flooder, rpc(List.of(), List.of(message)))).hasSize(1);
    assertThat(router.claim(message)).isTrue();
    router.unclaim(message);
    assertThat(says(other, message)).containsExactly("first by the flooder");
    assertThat(router.counts().received).isEqualTo(1);
  }

  @Test
  void shouldTakeABurdenOutOfTheMeshAndNoFurther() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, false);
    beat();
    assertThat(router.meshesOf(peer)).isEqualTo(1);
    router.judged(peer, -1_000);
    beat();
    assertThat(router.meshesOf(peer)).isZero();
    assertThat(prunes(peer)).hasSize(1);
    // It still is told of what there is and heard; and it is not held against it for good.
    assertThat(router.score(peer)).isGreaterThan(Parameters.GOSSIP_THRESHOLD);
    assertThat(says(peer, by(FakeKeys.peer(9), "heard"))).containsExactly("heard");
    router.judged(peer, 5);
    assertThat(router.score(peer)).isZero();
    now += 120_000;
    beat();
    assertThat(router.meshesOf(peer)).isEqualTo(1);
  }

  @Test
  void shouldRememberHowALeaverBehaved() {
    router.subscribe(TOPIC);
    PeerId peer = peer(1, false);
    for (int i = 0; i < 10; i++) {
      router.invalid(peer);
    }
    router.left(peer);
    beat();
    assertThat(router.peers()).isEmpty();
    PeerId again = peer(1, false);
    assertThat(router.score(again)).isEqualTo(-100);
    router.left(again);
    now += 3_600_001;
    router.heartbeat();
    peer(1, false);
    assertThat(router.score(again)).isZero();
  }

  @Test
  void shouldRememberNoMoreThanItMay() {
    Router small =
        new Router(
            FakeKeys.peer(0),
            new Parameters(
                6, 5, 12, 4, 2, 6, 0.25, 5, 3, 1_000, 60_000, 60_000, 10_000, 10_000, 5_000, 10, 3,
                3_000, 60, 600_000, 100, 10_000, true),
            () -> now,
            new Random(1));
    small.subscribe(TOPIC);
    for (int i = 0; i < 1_000; i++) {
      Message message = by(FakeKeys.peer(5), "some text " + i);
      small.receive(FakeKeys.peer(5), rpc(List.of(), List.of(message)));
      assertThat(small.claim(message)).isTrue();
      small.forward(FakeKeys.peer(5), message);
      assertThat(small.cachedBytes()).isLessThanOrEqualTo(10_000);
    }
    assertThat(small.remembered()).isEqualTo(100);
  }
}
