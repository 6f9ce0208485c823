package org.kiln.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.net.PubSub;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.SyncOption;
import org.kiln.sync.World.Node;

/** Nodes that tell each other of tips, ask, answer and fetch; hostile ones too. */
@Timeout(120)
class SyncTest {
  private final World world = new World();

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private static StreamState load(Node node, StreamId stream, SyncOption sync)
      throws StreamException {
    return node.streams.load(
        new StreamRef(stream, Optional.empty()),
        new LoadOptions(sync, 3, OptionalLong.empty(), World.soon()));
  }

  /** A stream that the first node makes; the second loads it once that many milliseconds passed. */
  private StreamId shared(Node one, Node two, long millis) throws Exception {
    world.connect(one, two);
    StreamId stream = one.create("a");
    world.pass(millis);
    load(two, stream, SyncOption.PREFER_CACHE);
    return stream;
  }

  private static byte[] update(StreamId stream, Cid tip) {
    return new TipMessage.Update(stream, tip, Optional.empty()).encode();
  }

  @Test
  void shouldGetAStreamThatOnlyAnotherNodeHolds() throws Exception {
    Node one = world.node();
    Node two = world.node();
    StreamId stream = one.create("a");
    for (int i = 0; i < 300; i++) {
      one.write(stream, "line " + i);
    }
    world.connect(one, two);
    StreamState state = load(two, stream, SyncOption.PREFER_CACHE);
    assertThat(state.tip()).isEqualTo(one.load(stream).tip());
    assertThat(two.lines(stream)).hasSize(301);
  }

  @Test
  void shouldTellOfTipsThatAreAnchoredHereAndOfNoOthers() throws Exception {
    Node one = world.node();
    world.connect(one, world.node());
    StreamId stream = one.create("a");
    Cid tip = one.load(stream).tip();
    world.pass(200);
    one.said.clear();
    for (Kind kind : Kind.values()) {
      one.sync.changed(change(stream, tip, kind, new Origin.Peer(World.peer(7).toString())));
      one.sync.changed(change(stream, tip, kind, Origin.CLIENT));
    }
    one.sync.changed(change(stream, tip, Kind.REORGANIZED, Origin.NODE));
    world.pass(200);
    assertThat(one.said).isEmpty();
    one.sync.changed(change(stream, tip, Kind.ANCHORED, Origin.NODE));
    world.pass(200);
    assertThat(one.said).singleElement().asString().contains(tip.toString());
  }

  private static StreamChange change(StreamId stream, Cid tip, Kind kind, Origin origin) {
    return StreamChange.of(new ResumeToken(0, 1), stream, tip, kind, origin);
  }

  @Test
  void shouldFollowTheTipsOfStreamsItKnows() throws Exception {
    Node one = world.node();
    Node two = world.node();
    Node three = world.node();
    world.connect(one, two);
    world.connect(one, three);
    StreamId stream = one.create("a");
    world.pass(200);
    // Nobody there has asked for the stream: its tip is all that they know of it.
    assertThat(two.log.size()).isZero();
    assertThat(two.sync.numbers().tips()).isEqualTo(1);
    load(two, stream, SyncOption.PREFER_CACHE);
    one.write(stream, "b");
    one.write(stream, "c");
    world.pass(200);
    assertThat(two.lines(stream)).containsExactly("a", "b", "c");
    assertThat(three.log.size()).isZero();
  }

  @Test
  void shouldConvergeAfterAPartition() throws Exception {
    Node one = world.node();
    Node two = world.node();
    StreamId stream = shared(one, two, 200);
    world.disconnect(one, two);
    one.write(stream, "left");
    two.write(stream, "right");
    two.write(stream, "right again");
    world.pass(1_000);
    world.connect(one, two);
    world.pass(20_000);
    // Both have told again; the longer branch has won on both sides.
    assertThat(one.lines(stream)).containsExactly("a", "right", "right again");
    assertThat(two.lines(stream)).isEqualTo(one.lines(stream));
  }

  @Test
  void shouldFetchTheStreamsThatAStreamNeeds() throws Exception {
    Node one = world.node();
    Node two = world.node();
    StreamId model = one.create("the model");
    StreamId other = one.create("another");
    StreamId stream = one.create(model, "a");
    one.streams.apply(
        stream,
        World.decode(
            World.block(
                Ipld.map(
                    "id", Ipld.of(stream.init()),
                    "prev", Ipld.of(stream.init()),
                    "data", Ipld.map("line", Ipld.of("b"), "needs", Ipld.of(other.toString()))))),
        World.WRITE);
    world.connect(one, two);
    load(two, stream, SyncOption.PREFER_CACHE);
    assertThat(two.lines(model)).containsExactly("the model");
    // The first answer is the whole one, with what its second event needs.
    assertThat(two.lines(stream)).containsExactly("a", "b");
    assertThat(two.lines(other)).containsExactly("another");
  }

  private StreamId document(Node node, StreamId model, String text) throws Exception {
    StreamId stream = node.create(model, text);
    node.write(stream, "more");
    return stream;
  }

  @Test
  void shouldNotBlamePeersForWhatIsMissingHere() throws Exception {
    Node one = world.node();
    Node two = world.node();
    Node three = world.node();
    world.connect(one, three);
    List<StreamId> documents = new ArrayList<>();
    StreamId model = three.create("the model");
    load(one, model, SyncOption.PREFER_CACHE);
    for (int i = 0; i < 40; i++) {
      documents.add(document(one, model, "document " + i));
    }
    // A peer that has the documents, but does not give away their model.
    one.secret.add(model.init());
    world.connect(one, two);
    for (StreamId document : documents) {
      assertThatThrownBy(() -> load(two, document, SyncOption.PREFER_CACHE))
          .isInstanceOf(StreamException.class)
          .hasMessageContaining(model.toString());
      assertThat(two.log.contains(one.load(document).tip())).isTrue();
    }
    assertThat(two.hear(one.id, update(documents.get(0), World.block(Ipld.of("x")).cid())))
        .isEqualTo(PubSub.Verdict.ACCEPT);
    world.connect(two, three);
    for (StreamId document : documents) {
      assertThat(load(two, document, SyncOption.PREFER_CACHE).tip())
          .isEqualTo(one.load(document).tip());
    }
  }

  @Test
  void shouldAskAgainForWhatNobodyWasThereToAsk() throws Exception {
    Node one = world.node();
    Node two = world.node();
    StreamId stream = shared(one, two, 200);
    Node three = world.node();
    three.create("a");
    assertThat(load(three, stream, SyncOption.PREFER_CACHE).log().size()).isEqualTo(1);
    one.write(stream, "b");
    world.connect(one, three);
    assertThat(load(three, stream, SyncOption.PREFER_CACHE).tip())
        .isEqualTo(one.load(stream).tip());
  }

  @Test
  void shouldAnswerQueriesAndKeepQuietOtherwise() throws Exception {
    Node one = world.node();
    StreamId stream = one.create("a");
    Node two = world.node();
    world.connect(one, two);
    one.said.clear();
    one.hear(two.id, TipMessage.Query.of(stream).encode());
    one.hear(two.id, TipMessage.Query.of(StreamId.of(World.TYPE, stream.init())).encode());
    one.hear(
        two.id,
        TipMessage.Query.of(StreamId.of(World.TYPE, World.block(Ipld.NULL).cid())).encode());
    world.settle();
    String answer =
        new String(
            new TipMessage.Response(TipMessage.Query.of(stream).id(), Map.of(stream, stream.init()))
                .encode(),
            StandardCharsets.UTF_8);
    assertThat(one.said)
        .filteredOn(text -> !text.contains("\"typ\":3"))
        .containsExactly(answer, answer);
  }

  @Test
  void shouldNotWaitWhenNobodyIsThere() throws Exception {
    Node one = world.node();
    StreamId unknown = StreamId.of(World.TYPE, World.block(Ipld.of("x")).cid());
    one.sync.ask(unknown, Duration.ofHours(1), World.soon());
    assertThat(one.said).isEmpty();
    assertThat(one.fetched).isZero();
  }

  @Test
  void shouldAskNoMoreThanItMay() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    long since = world.timer.now();
    for (int i = 0; i < 300; i++) {
      StreamId stream = StreamId.of(World.TYPE, World.block(Ipld.of("s" + i)).cid());
      one.sync.ask(stream, Duration.ofMillis(1), World.soon());
    }
    long asked = one.said.stream().filter(text -> text.contains("\"typ\":1")).count();
    // A hundred at once, and ten a second from then on.
    assertThat(asked).isBetween(100L, 100 + (world.timer.now() - since) / 100 + 1);
    assertThat(asked).isLessThan(300);
  }

  @Test
  void shouldSayThatItIsThere() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    world.pass(0);
    assertThat(one.said).singleElement().asString().startsWith("{\"typ\":3,\"ts\":");
    world.pass(29_000);
    assertThat(one.said).hasSize(1);
    world.pass(2_000);
    assertThat(one.said).hasSize(2);
  }

  @Test
  void shouldTellOfTheLastTipOfMany() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    world.pass(0);
    one.said.clear();
    StreamId stream = one.create("a");
    // As of a signed one: nobody need be asked.
    one.sync.begun(stream);
    for (int i = 0; i < 100; i++) {
      one.write(stream, "line " + i);
    }
    List<StreamId> others = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      others.add(one.create("other " + i));
    }
    world.settle();
    assertThat(one.said).hasSize(20);
    assertThat(one.said.get(0))
        .isEqualTo(new String(update(stream, one.load(stream).tip()), StandardCharsets.UTF_8));
    world.pass(1_000);
    assertThat(one.said).hasSize(41);
  }

  @Test
  void rejectsTipsThatLeadNowhere() throws Exception {
    Node one = world.node();
    Node rogue = world.node();
    world.connect(one, rogue);
    StreamId stream = one.create("a");
    StreamId foreign = rogue.create("another stream");
    rogue.write(foreign, "of another stream");
    world.pass(200);
    long size = one.log.size();
    PeerId author = rogue.id;
    // A tip of another stream, an event nobody has, a block that is no event, a CID that is no
    // hash.
    one.hear(author, update(stream, rogue.load(foreign).tip()));
    one.hear(author, update(stream, World.block(Ipld.of("nobody has it")).cid()));
    one.hear(author, update(stream, Cid.ofDigest(Cid.DAG_PB, Cid.SHA2_256, new byte[32])));
    world.settle();
    assertThat(one.log.size()).isEqualTo(size);
    assertThat(one.lines(stream)).containsExactly("a");
    assertThat(one.sync.numbers().walking()).isZero();

    for (int i = 0; i < 1_000; i++) {
      one.hear(author, update(stream, World.block(Ipld.of("made up " + i)).cid()));
      world.settle();
    }
    // After some dozens hardly any of that peer's tips are followed any more.
    assertThat(one.fetched).isLessThan(100);
    assertThat(one.hear(author, update(stream, World.block(Ipld.of("more")).cid())))
        .isEqualTo(PubSub.Verdict.UNHEARD);
    world.pass(600_000);
    assertThat(one.hear(author, update(stream, World.block(Ipld.of("more")).cid())))
        .isEqualTo(PubSub.Verdict.ACCEPT);
  }

  @Test
  void shouldNotBeHeldUpByAnswersThatAreWrong() throws Exception {
    Node one = world.node();
    Node honest = world.node();
    Node rogue = world.node();
    world.connect(one, honest);
    StreamId stream = honest.create("a");
    honest.write(stream, "b");
    world.disconnect(one, honest);
    world.connect(one, honest);
    world.connect(one, rogue);
    StreamId foreign = rogue.create("foreign");
    for (int i = 0; i < 50; i++) {
      Cid tip = i % 2 == 0 ? foreign.init() : World.block(Ipld.of("no " + i)).cid();
      one.hear(
          rogue.id,
          new TipMessage.Response(TipMessage.Query.of(stream).id(), Map.of(stream, tip)).encode());
    }
    assertThat(load(one, stream, SyncOption.PREFER_CACHE).tip())
        .isEqualTo(honest.load(stream).tip());
  }

  @Test
  void shouldRememberNoMoreTipsThanItMay() throws Exception {
    Node one = world.node();
    Node two = world.node();
    world.connect(one, two);
    Cid tip = World.block(Ipld.of("tip")).cid();
    for (int i = 0; i < 12_000; i++) {
      one.hear(two.id, update(StreamId.of(World.TYPE, World.block(Ipld.of("s" + i)).cid()), tip));
      world.timer.pass(4);
    }
    assertThat(one.sync.numbers().tips()).isEqualTo(10_000);
    assertThat(one.fetched).isZero();
  }

  @Test
  void rejectsWhatIsNoMessage() {
    Node one = world.node();
    PeerId author = World.peer(99);
    assertThat(one.hear(author, "nonsense".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(PubSub.Verdict.IGNORE);
    byte[] large = new byte[PubSub.MAX_BYTES + 1];
    assertThat(one.hear(author, large)).isEqualTo(PubSub.Verdict.REJECT);
    // An honest peer of another make hands on whatever is signed.
    assertThat(one.hear(author, World.peer(98), large)).isEqualTo(PubSub.Verdict.IGNORE);
  }

  @Test
  void shouldFollowALongWayInLittleMemory() throws Exception {
    Node one = world.node();
    Node two = world.node();
    StreamId stream = one.create("a");
    String long200k = "x".repeat(200_000);
    for (int i = 0; i < 100; i++) {
      one.write(stream, i + long200k);
    }
    world.connect(one, two);
    load(two, stream, SyncOption.PREFER_CACHE);
    assertThat(two.load(stream).tip()).isEqualTo(one.load(stream).tip());
    // Twenty megabytes of events, of which eight are held: the rest was fetched twice.
    assertThat(two.fetched).isBetween(130, 200);
  }

  @Test
  void shouldTellNewcomersOfTheTipsItMadeAndNotTooOften() throws Exception {
    Node one = world.node();
    Node two = world.node();
    List<StreamId> streams = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      streams.add(one.create("stream " + i));
    }
    world.connect(one, two);
    world.pass(5_000);
    // The last of them, since nobody was there to hear.
    assertThat(two.sync.numbers().tips()).isEqualTo(256);
    long said = one.said.size();
    for (int i = 0; i < 10; i++) {
      world.disconnect(one, two);
      world.pass(2_000);
      world.connect(one, two);
      world.pass(2_000);
    }
    assertThat(one.said.size() - said).isLessThanOrEqualTo(3 * 257);
  }

  @Test
  void shouldTryAgainWhenATipIsHeardOfBeforeItsEventsCanBeHad() throws Exception {
    Node one = world.node();
    Node two = world.node();
    StreamId stream = shared(one, two, 200);
    world.disconnect(one, two);
    one.write(stream, "b");
    two.hear(one.id, update(stream, one.load(stream).tip()));
    world.settle();
    assertThat(two.lines(stream)).containsExactly("a");
    world.connect(two, one);
    world.pass(10_000);
    assertThat(two.lines(stream)).containsExactly("a", "b");
  }

  @Test
  void shouldTellAgainAfterACutThatNobodyCouldSee() throws Exception {
    Node one = world.node();
    Node two = world.node();
    StreamId stream = shared(one, two, 30_000);
    world.disconnect(one, two);
    one.write(stream, "b");
    world.connect(one, two);
    world.pass(10_000);
    assertThat(two.lines(stream)).containsExactly("a", "b");
  }
}
