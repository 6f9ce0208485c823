package org.kiln.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.net.PubSub.Verdict;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.SyncOption;
import org.kiln.sync.World.Node;

/**
 * Peers that say more than anybody can follow, and the honest ones beside and behind them. Each way
 * that is followed takes two seconds, as one does that leads nowhere.
 */
@Timeout(120)
class FloodTest {
  private static final long WALK_MS = 2_000;
  private static final int MANY = 10_000;

  /** What "within seconds" means here. */
  private static final long SOON_MS = 8_000;

  private final World world = new World();
  private Node victim;
  private Node honest;
  private Node rogue;
  private int made;

  @BeforeEach
  void connect() {
    victim = world.node();
    honest = world.node();
    rogue = world.node();
    world.connect(victim, honest);
    world.connect(victim, rogue);
    victim.workMs = WALK_MS;
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private static void load(Node node, StreamId stream) throws Exception {
    node.streams.load(
        new StreamRef(stream, Optional.empty()),
        new LoadOptions(SyncOption.PREFER_CACHE, 3, OptionalLong.empty(), World.soon()));
  }

  /** A stream of the honest node that the victim holds. */
  private StreamId shared() throws Exception {
    StreamId stream = honest.create("a" + made++);
    load(victim, stream);
    return stream;
  }

  private Cid madeUp() {
    return World.block(Ipld.of("nobody has " + made++)).cid();
  }

  private static byte[] update(StreamId stream, Cid tip) {
    return new TipMessage.Update(stream, tip, Optional.empty()).encode();
  }

  /** Signed by as many identities as there are messages, over one connection. */
  private int flood(List<StreamId> streams, int messages) {
    int accepted = 0;
    for (int i = 0; i < messages; i++) {
      PeerId author = World.peer(1_000 + made);
      byte[] message = update(streams.get(i % streams.size()), madeUp());
      accepted += victim.hear(author, rogue.id, message) == Verdict.ACCEPT ? 1 : 0;
    }
    return accepted;
  }

  private void arrives(StreamId stream, String text) throws Exception {
    honest.write(stream, text);
    world.pass(SOON_MS);
    assertThat(victim.lines(stream)).contains(text);
  }

  @Test
  void shouldHearOthersWhileOneStreamIsFlooded() throws Exception {
    StreamId flooded = shared();
    StreamId other = shared();
    int accepted = flood(List.of(flooded), MANY);
    // It hands on little of it: others are not flooded through it.
    assertThat(accepted).isLessThan(100);
    assertThat(victim.sync.numbers().waiting()).isLessThan(10);
    arrives(other, "of another stream");
    flood(List.of(flooded), MANY);
    arrives(flooded, "of the very stream");
    assertThat(victim.sync.score(rogue.id).orElseThrow()).isLessThan(-32);
    assertThat(victim.standing(rogue.id)).isNegative();
    assertThat(victim.standing(honest.id)).isZero();
  }

  @Test
  void shouldHearOthersWhileManyStreamsAreFlooded() throws Exception {
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      streams.add(victim.create("v" + i));
    }
    StreamId stream = shared();
    streams.add(stream);
    assertThat(flood(streams, MANY)).isLessThan(400);
    assertThat(victim.sync.numbers().waiting()).isLessThanOrEqualTo(256);
    arrives(stream, "b");
    world.pass(10_000);
    flood(streams, MANY);
    arrives(stream, "c");
    assertThat(victim.sync.numbers().waiting()).isLessThanOrEqualTo(256);
  }

  @Test
  void shouldForgetWhatCameByAPeerThatHasGone() throws Exception {
    StreamId stream = shared();
    List<StreamId> streams = new ArrayList<>(List.of(stream));
    for (int i = 0; i < 100; i++) {
      streams.add(victim.create("v" + i));
    }
    for (int round = 0; round < 20; round++) {
      // As another peer each time: nothing is known of it.
      rogue = world.node();
      world.connect(victim, rogue);
      flood(streams, 500);
      world.pass(500);
      world.disconnect(victim, rogue);
      world.pass(500);
    }
    arrives(stream, "b");
    assertThat(victim.sync.numbers().waiting()).isLessThan(20);
    world.pass(30_000);
    assertThat(victim.sync.numbers().waiting()).isZero();
    assertThat(victim.sync.numbers().walking()).isZero();
  }

  @Test
  void shouldHearAKnownAuthorByWayOfAPeerThatFloods() throws Exception {
    StreamId stream = shared();
    arrives(stream, "heard of directly");
    world.disconnect(victim, honest);
    world.pass(3_000);
    flood(List.of(stream), MANY);
    honest.write(stream, "by way of the flooder");
    byte[] message = update(stream, honest.load(stream).tip());
    assertThat(victim.hear(World.peer(77), rogue.id, update(stream, madeUp())))
        .isEqualTo(Verdict.UNHEARD);
    assertThat(victim.hear(honest.id, rogue.id, message)).isEqualTo(Verdict.ACCEPT);
    world.connect(rogue, honest);
    // The flooder has the event too, as one that forwards honestly would.
    load(rogue, stream);
    world.pass(SOON_MS);
    assertThat(victim.lines(stream)).contains("by way of the flooder");
  }

  @Test
  void shouldNotLetAFlooderKeepAMessageAway() throws Exception {
    StreamId stream = shared();
    flood(List.of(stream), MANY);
    world.disconnect(victim, honest);
    honest.write(stream, "b");
    byte[] message = update(stream, honest.load(stream).tip());
    PeerId author = World.peer(77);
    // Whoever floods hands the message on first; it counts only when somebody else does.
    assertThat(victim.hear(author, rogue.id, message)).isEqualTo(Verdict.UNHEARD);
    world.connect(victim, honest);
    assertThat(victim.hear(author, honest.id, message)).isEqualTo(Verdict.ACCEPT);
    world.pass(SOON_MS);
    assertThat(victim.lines(stream)).contains("b");
  }

  @Test
  void shouldHearALittleOfEverybodyAndForgiveInMinutes() throws Exception {
    StreamId stream = shared();
    flood(List.of(stream), MANY);
    int heard = 0;
    for (int i = 0; i < 100; i++) {
      heard +=
          victim.hear(rogue.id, update(victim.create("x" + i), madeUp())) == Verdict.ACCEPT ? 1 : 0;
      world.pass(100);
    }
    assertThat(heard).isGreaterThan(3);
    world.pass(600_000);
    assertThat(victim.standing(rogue.id)).isZero();
    assertThat(flood(List.of(stream), 3)).isEqualTo(3);
  }

  @Test
  void shouldAnswerOthersWhileOneAsksTooMuch() throws Exception {
    StreamId stream = shared();
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      streams.add(victim.create("v" + i));
    }
    victim.workMs = 20;
    victim.said.clear();
    for (int i = 0; i < 5_000; i++) {
      victim.hear(
          World.peer(1_000 + i), rogue.id, TipMessage.Query.of(streams.get(i % 200)).encode());
    }
    victim.hear(honest.id, TipMessage.Query.of(stream).encode());
    world.pass(1_000);
    String answer =
        new String(
            new TipMessage.Response(TipMessage.Query.of(stream).id(), Map.of(stream, stream.init()))
                .encode(),
            StandardCharsets.UTF_8);
    assertThat(victim.said).contains(answer);
    // A hundred at once and fifty a second.
    assertThat(victim.said.stream().filter(text -> text.contains("\"typ\":2")).count())
        .isLessThanOrEqualTo(150);
  }

  @Test
  void shouldCountEachTipOfAnAnswerThatNobodyAskedFor() throws Exception {
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      streams.add(victim.create("v" + i));
    }
    StreamId stream = shared();
    for (int i = 0; i < 400; i++) {
      Map<StreamId, Cid> tips = new LinkedHashMap<>();
      for (int j = 0; j < TipMessage.MAX_TIPS; j++) {
        tips.put(streams.get((i * 64 + j) % 300), madeUp());
      }
      victim.hear(World.peer(1_000 + i), rogue.id, new TipMessage.Response("x", tips).encode());
    }
    assertThat(victim.sync.numbers().waiting()).isLessThanOrEqualTo(256);
    assertThat(victim.sync.score(rogue.id).orElseThrow()).isLessThan(-32);
    arrives(stream, "b");
  }

  @Test
  void shouldReadAStreamWhateverTheFlooderAnswers() throws Exception {
    StreamId stream = honest.create("a");
    honest.write(stream, "b");
    for (int i = 0; i < MANY; i++) {
      byte[] answer =
          new TipMessage.Response(TipMessage.Query.of(stream).id(), Map.of(stream, madeUp()))
              .encode();
      victim.hear(World.peer(1_000 + i), rogue.id, answer);
    }
    long before = world.timer.now();
    load(victim, stream);
    assertThat(victim.lines(stream)).contains("a", "b");
    assertThat(world.timer.now() - before).isLessThan(SOON_MS);
  }
}
