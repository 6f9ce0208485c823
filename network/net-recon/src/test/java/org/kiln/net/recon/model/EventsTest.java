package org.kiln.net.recon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;
import org.kiln.core.stream.EventObjections;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.events.EventStore;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventCar;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.talk.Taken;
import org.kiln.net.recon.wire.ReconMessage;
import org.kiln.store.memory.MemoryStore;

/** Values become events of their streams, and events values. */
class EventsTest {
  private static final PeerId PEER =
      PeerId.parse("12D3KooWR1M8JiXyfdBKUhCLUmTJGhtNsgxnhvFVD4AU4EioDUwu");
  private static final StreamId MODEL =
      StreamId.of(2, Cid.sha256(Cid.DAG_CBOR, new byte[] {1, 2, 3}));

  private final EventStore log = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final Door door = new Door();
  private final Objections objections = new Objections();
  private final EventIntake intake = new EventIntake(log, door, objections, NetworkId.INMEMORY);
  private final EventSpace space =
      new EventSpace(
          log, objections, intake, wanted(WantedRanges.of(NetworkId.INMEMORY, Interest.of(MODEL))));

  private static WantedRanges wanted(KeyRange... fixed) {
    return new WantedRanges(NetworkId.INMEMORY, List.of(fixed), () -> null);
  }

  @AfterEach
  void close() {
    log.close();
  }

  /** Says what it was told to. */
  private static final class Objections implements EventObjections {
    final Map<Cid, String> keeping = new HashMap<>();
    final Map<Cid, String> sending = new HashMap<>();

    @Override
    public Optional<String> toKeeping(StreamEvent event) {
      return Optional.ofNullable(keeping.get(event.event().event().cid()));
    }

    @Override
    public Optional<String> toSending(NewEvent event) {
      return Optional.ofNullable(sending.get(event.cid()));
    }
  }

  /** Writes down what comes. */
  private static final class Door implements StreamArrivals {
    final List<StreamEvent> received = new ArrayList<>();
    final Map<Cid, StreamException> refusals = new HashMap<>();
    final Map<Cid, StoreException> failures = new HashMap<>();
    Origin origin;

    @Override
    public List<Optional<StreamException>> receive(
        List<StreamEvent> events, Origin from, Deadline deadline) {
      for (StreamEvent event : events) {
        StoreException failure = failures.get(event.event().event().cid());
        if (failure != null) {
          throw failure;
        }
      }
      received.addAll(events);
      origin = from;
      return events.stream()
          .map(event -> Optional.ofNullable(refusals.get(event.event().event().cid())))
          .toList();
    }
  }

  private static DecodedEvent decode(Block event) {
    try {
      return EventDecoder.decode(
          event.cid(), cid -> cid.equals(event.cid()) ? Optional.of(event) : Optional.empty());
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
  }

  private static DecodedEvent init(String controller) {
    return decode(
        block(
            Ipld.map(
                "header",
                Ipld.map(
                    "sep", Ipld.of("model"),
                    "model", new Ipld.Bytes(MODEL.bytes()),
                    "controllers", Ipld.list(Ipld.of(controller))))));
  }

  private static DecodedEvent data(DecodedEvent init, DecodedEvent prev, String text) {
    return decode(
        block(
            Ipld.map(
                "id", Ipld.of(init.event().cid()),
                "prev", Ipld.of(prev.event().cid()),
                "data", Ipld.of(text))));
  }

  /** The same in an envelope, whose signature nobody looks at here. */
  private static DecodedEvent signed(DecodedEvent init, DecodedEvent prev, String text) {
    Block payload = data(init, prev, text).blocks().getFirst();
    byte[] header = "{\"alg\":\"EdDSA\"}".getBytes(StandardCharsets.US_ASCII);
    Block envelope =
        Block.of(
            Cid.DAG_JOSE, DagJose.encode(new Jws(payload.cid().bytes(), header, new byte[64])));
    try {
      return EventDecoder.decode(
          envelope.cid(), cid -> Optional.of(cid.equals(envelope.cid()) ? envelope : payload));
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
  }

  private static Block block(Ipld value) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
  }

  private static EventId order(DecodedEvent init) {
    return InitHeader.of((Event.Init) init.event())
        .order(NetworkId.INMEMORY, init.event().cid())
        .get();
  }

  private static ReconMessage.Value value(EventId key, DecodedEvent event) {
    return new ReconMessage.Value(Key.of(key.bytes()), EventCar.write(event).write());
  }

  private static ReconMessage.Value value(DecodedEvent init, DecodedEvent event) {
    return value(order(init).withEvent(event.event().cid()), event);
  }

  private Taken take(ReconMessage.Value... values) {
    return intake.take(List.of(values), PEER);
  }

  private List<Cid> received() {
    return door.received.stream().map(event -> event.event().event().cid()).toList();
  }

  private void keep(DecodedEvent init, DecodedEvent event) throws Exception {
    log.append(
        List.of(
            new NewEvent(
                StreamId.of(3, init.event().cid()),
                event.event().cid(),
                event.event().kind(),
                Optional.of(order(init).withEvent(event.event().cid())),
                true,
                1,
                event.blocks())),
        Deadline.in(Duration.ofSeconds(30)));
  }

  @Test
  void shouldGiveEventsToTheDoorInTheOrderTheyDependOnEachOther() {
    DecodedEvent init = init("did:key:a");
    DecodedEvent one = data(init, init, "one");
    DecodedEvent two = data(init, one, "two");
    Taken taken = take(value(init, two), value(init, init), value(init, one), value(init, two));
    assertThat(taken).isEqualTo(new Taken(3, 0, Optional.empty()));
    assertThat(received())
        .containsExactly(init.event().cid(), one.event().cid(), two.event().cid());
    assertThat(door.received).allMatch(e -> e.stream().equals(StreamId.of(3, init.event().cid())));
    assertThat(door.origin).isEqualTo(new Origin.Peer(PEER.toString()));
  }

  @Test
  void shouldTakeAnEventWhoseFirstOneIsNotHere() {
    DecodedEvent init = init("did:key:a");
    assertThat(take(value(init, data(init, init, "early"))).fresh()).isEqualTo(1);
  }

  @Test
  void shouldAskNobodyAboutWhatIsHere() throws Exception {
    DecodedEvent init = init("did:key:a");
    keep(init, init);
    assertThat(take(value(init, init))).isEqualTo(Taken.NOTHING);
    assertThat(door.received).isEmpty();
  }

  @Test
  void rejectsWhatIsNotOfItsKey() throws Exception {
    DecodedEvent known = init("did:key:known");
    keep(known, known);
    DecodedEvent data = data(known, known, "one");
    DecodedEvent init = init("did:key:a");
    DecodedEvent other = init("did:key:b");
    Cid cid = init.event().cid();
    EventId mainnet = EventId.of(NetworkId.MAINNET, "model", MODEL.bytes(), "did:key:a", cid, cid);
    assertRefused(new ReconMessage.Value(Key.of(new byte[] {1}), new byte[0]), "is no EventId");
    assertRefused(value(mainnet, init), "of another network");
    assertRefused(new ReconMessage.Value(Key.of(order(init).bytes()), new byte[] {9}), "CAR");
    assertRefused(value(order(other), init), "the value is " + cid);
    assertRefused(value(order(other).withEvent(cid), init), "not that of its stream");
    assertRefused(
        value(order(other).withEvent(data.event().cid()), data), "not that of its stream");
    assertThat(door.received).isEmpty();
  }

  private void assertRefused(ReconMessage.Value value, String why) {
    DecodedEvent good = init("did:key:" + why.length() + value.key().hashCode());
    Taken taken = take(value, value(good, good));
    assertThat(taken.complaint()).hasValueSatisfying(said -> assertThat(said).contains(why));
    // It costs itself alone.
    assertThat(taken.bad()).isEqualTo(1);
    assertThat(received()).containsExactly(good.event().cid());
    door.received.clear();
  }

  @Test
  void shouldCheckNothingTwiceThatIsRefusedForEver() {
    DecodedEvent init = init("did:key:a");
    DecodedEvent later = init("did:key:b");
    door.refusals.put(
        init.event().cid(), new StreamException(StreamException.Reason.INVALID, "no signature"));
    door.refusals.put(
        later.event().cid(), new StreamException(StreamException.Reason.BUSY, "too much to do"));
    Taken first = take(value(init, init), value(later, later));
    assertThat(first).isEqualTo(new Taken(0, 1, Optional.of("no signature")));
    assertThat(take(value(init, init), value(later, later))).isEqualTo(Taken.NOTHING);
    // The one that is no fault of the event's is tried again.
    assertThat(received())
        .containsExactly(init.event().cid(), later.event().cid(), later.event().cid());
  }

  @Test
  void shouldTakeTheGoodValueOfAKeyThatCameWithABadOne() {
    DecodedEvent init = init("did:key:a");
    Key key = Key.of(order(init).bytes());
    ReconMessage.Value nonsense = new ReconMessage.Value(key, new byte[] {9});
    ReconMessage.Value another =
        new ReconMessage.Value(key, EventCar.write(init("did:key:b")).write());
    assertThat(take(nonsense, another).bad()).isEqualTo(2);
    // Neither is checked nor counted again, and neither keeps the event out.
    assertThat(take(nonsense, another)).isEqualTo(Taken.NOTHING);
    assertThat(take(value(init, init))).isEqualTo(new Taken(1, 0, Optional.empty()));
    assertThat(received()).containsExactly(init.event().cid());
  }

  @Test
  void shouldRefuseAKeyThatIsWrongWhateverComesWithIt() {
    DecodedEvent init = init("did:key:a");
    EventId wrong = order(init("did:key:b")).withEvent(init.event().cid());
    assertThat(take(value(wrong, init)).bad()).isEqualTo(1);
    ReconMessage.Value nonsense = new ReconMessage.Value(Key.of(wrong.bytes()), new byte[] {9});
    assertThat(take(nonsense, value(wrong, init))).isEqualTo(Taken.NOTHING);
    assertThat(take(value(init, init)).fresh()).isEqualTo(1);
  }

  private static StoreException failure(StoreException.Kind kind) {
    return new StoreException(kind, "A record is damaged", null);
  }

  /** The log, in which whatever is asked of that event fails. */
  private EventLog failing(Cid cid, StoreException.Kind kind) {
    return (EventLog)
        Proxy.newProxyInstance(
            EventLog.class.getClassLoader(),
            new Class<?>[] {EventLog.class},
            (proxy, method, given) -> {
              if (given != null && given[0].equals(cid)) {
                throw failure(kind);
              }
              return method.invoke(log, given);
            });
  }

  @Test
  void shouldSendTheOthersWhenARecordIsDamaged() throws Exception {
    DecodedEvent init = init("did:key:a");
    DecodedEvent data = signed(init, init, "one");
    keep(init, init);
    keep(init, data);
    Key key = Key.of(order(init).withEvent(data.event().cid()).bytes());
    EventSpace damaged =
        new EventSpace(
            failing(data.event().cid(), StoreException.Kind.CORRUPT), objections, intake, wanted());
    assertThat(damaged.value(key)).isEmpty();
    assertThat(damaged.value(Key.of(order(init).bytes()))).isPresent();
    EventSpace closed =
        new EventSpace(
            failing(data.event().cid(), StoreException.Kind.CLOSED), objections, intake, wanted());
    assertThatThrownBy(() -> closed.value(key)).isInstanceOf(StoreException.class);
  }

  @Test
  void shouldTakeTheOthersWhenTheRecordThatOneNeedsIsDamaged() throws Exception {
    DecodedEvent init = init("did:key:a");
    keep(init, init);
    DecodedEvent other = init("did:key:b");
    EventIntake damaged =
        new EventIntake(
            failing(init.event().cid(), StoreException.Kind.CORRUPT),
            door,
            objections,
            NetworkId.INMEMORY);
    ReconMessage.Value here = value(init, init);
    ReconMessage.Value next = value(init, data(init, init, "one"));
    assertThat(damaged.take(List.of(here, next, value(other, other)), PEER))
        .isEqualTo(new Taken(1, 0, Optional.empty()));
    assertThat(received()).containsExactly(other.event().cid());
    EventIntake closed =
        new EventIntake(
            failing(init.event().cid(), StoreException.Kind.CLOSED),
            door,
            objections,
            NetworkId.INMEMORY);
    assertThatThrownBy(() -> closed.take(List.of(next), PEER)).isInstanceOf(StoreException.class);
  }

  @Test
  void shouldTakeTheOthersWhenTheDoorMeetsDamage() {
    List<DecodedEvent> inits = List.of(init("did:key:a"), init("did:key:b"), init("did:key:c"));
    ReconMessage.Value[] values =
        inits.stream().map(init -> value(init, init)).toArray(ReconMessage.Value[]::new);
    Cid hurt = inits.get(1).event().cid();
    door.failures.put(hurt, failure(StoreException.Kind.CORRUPT));
    assertThat(take(values)).isEqualTo(new Taken(2, 0, Optional.empty()));
    assertThat(received()).hasSize(2).doesNotContain(hurt);
    // It is no fault of the event's, which is taken when the log is mended.
    door.failures.clear();
    assertThat(take(values[1]).fresh()).isEqualTo(1);
    door.failures.put(hurt, failure(StoreException.Kind.FULL));
    assertThatThrownBy(() -> take(values)).isInstanceOf(StoreException.class);
  }

  @Test
  void shouldShowTheLogAsASpace() throws Exception {
    DecodedEvent init = init("did:key:a");
    DecodedEvent data = signed(init, init, "one");
    keep(init, init);
    keep(init, data);
    KeyRange all = space.interests().getFirst();
    assertThat(space.hash(all).count()).isEqualTo(2);
    List<Key> keys = space.smallest(all, 5);
    assertThat(keys).hasSize(2).isSorted();
    assertThat(space.at(all, 1)).contains(keys.get(1));
    assertThat(space.at(all, 2)).isEmpty();
    assertThat(space.isFencepost(all.start())).isTrue();
    assertThat(space.isFencepost(keys.getFirst())).isFalse();
    Key key = Key.of(order(init).withEvent(data.event().cid()).bytes());
    assertThat(EventCar.read(space.value(key).get()).event().cid()).isEqualTo(data.event().cid());
  }

  @Test
  void shouldNotSendWhatSomethingSpeaksAgainst() throws Exception {
    DecodedEvent init = init("did:key:a");
    DecodedEvent data = signed(init, init, "one");
    keep(init, init);
    keep(init, data);
    Key key = Key.of(order(init).withEvent(data.event().cid()).bytes());
    objections.sending.put(data.event().cid(), "its chain is not asked");
    assertThat(space.value(key)).isEmpty();
    assertThat(space.value(Key.of(order(init).bytes()))).isPresent();
    objections.sending.clear();
    assertThat(space.value(key)).isPresent();
  }

  @Test
  void rejectsWhatSomethingSpeaksAgainst() {
    DecodedEvent init = init("did:key:a");
    DecodedEvent data = signed(init, init, "one");
    objections.keeping.put(data.event().cid(), "another has signed it");
    assertThat(take(value(init, init), value(init, data)))
        .isEqualTo(new Taken(1, 1, Optional.of("another has signed it")));
    assertThat(received()).containsExactly(init.event().cid());
    // It is not looked at again.
    objections.keeping.clear();
    assertThat(take(value(init, data))).isEqualTo(Taken.NOTHING);
  }

  @Test
  void shouldNotSendATimeEventWithoutItsProof() throws Exception {
    DecodedEvent init = init("did:key:a");
    DecodedEvent time =
        decode(
            block(
                Ipld.map(
                    "id", Ipld.of(init.event().cid()),
                    "prev", Ipld.of(init.event().cid()),
                    "proof", Ipld.of(MODEL.init()),
                    "path", Ipld.of(""))));
    keep(init, init);
    keep(init, time);
    assertThat(space.value(Key.of(order(init).withEvent(time.event().cid()).bytes()))).isEmpty();
  }

  @Test
  void shouldGrowWithEachChangeOfWhatIsWanted() {
    List<Interest> asked = new ArrayList<>();
    Interests keeper =
        (Interests)
            Proxy.newProxyInstance(
                Interests.class.getClassLoader(),
                new Class<?>[] {Interests.class},
                (proxy, method, given) -> List.copyOf(asked));
    WantedRanges wanted = new WantedRanges(NetworkId.INMEMORY, List.of(), () -> keeper);
    EventSpace asking = new EventSpace(log, objections, intake, wanted);
    long before = asking.version();
    assertThat(asking.version()).isEqualTo(before);
    asked.add(Interest.of(MODEL));
    long with = asking.version();
    assertThat(with).isGreaterThan(before);
    assertThat(asking.interests()).hasSize(1);
    asked.clear();
    assertThat(asking.version()).isGreaterThan(with);
    assertThat(asking.interests()).isEmpty();
  }
}
