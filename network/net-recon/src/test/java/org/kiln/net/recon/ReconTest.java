package org.kiln.net.recon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerNetwork;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.log.RangeHash;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.talk.MemorySpace;
import org.kiln.net.recon.talk.TalkLimits;
import org.kiln.net.recon.wire.Envelope;
import org.kiln.net.recon.wire.MessageCodec;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.MessageReader;
import org.kiln.net.recon.wire.ReconMessage;

/** Nodes that talk over real connections, and peers that do not behave. */
@Timeout(300)
class ReconTest {
  private static final Duration TIME = Duration.ofSeconds(60);
  private static final ReconSettings FAST = ReconSettings.USUAL.every(Duration.ofMillis(20));

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private final class Node {
    final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    final MemorySpace space = new MemorySpace(false);
    final Recon recon;

    Node(ReconSettings settings, Key... keys) {
      open.add(host);
      space.interests.add(KeyRange.ALL);
      for (Key key : keys) {
        space.values.put(key, key.bytes());
      }
      recon = new Recon(host, List.of(space), settings);
      open.add(recon);
      host.attach(recon);
      assertThat(host.start()).isEmpty();
    }

    void dial(Host other) throws IOException {
      host.connect(other.self(), other.addresses(), Deadline.in(TIME));
    }

    int size() {
      return (int) space.version();
    }
  }

  private static Key[] keys(int count, long seed) {
    Random random = new Random(seed);
    Key[] keys = new Key[count];
    for (int i = 0; i < count; i++) {
      byte[] block = ByteBuffer.allocate(8).putLong(random.nextLong()).array();
      Cid cid = Cid.sha256(Cid.DAG_CBOR, block);
      keys[i] =
          Key.of(
              EventId.of(NetworkId.INMEMORY, "model", new byte[] {1}, "did:key:a", cid, cid)
                  .bytes());
    }
    return keys;
  }

  private static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TIME.toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("Not in time: " + what).isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void shouldComeToHaveTheSame() throws IOException {
    Key[] all = keys(600, 1);
    Node one = new Node(FAST, Arrays.copyOfRange(all, 0, 400));
    Node two = new Node(FAST, Arrays.copyOfRange(all, 200, 600));
    one.dial(two.host);
    until("both have all", () -> one.size() == 600 && two.size() == 600);
    until("both know", () -> one.recon.inSync(one.space) == 1 && two.recon.inSync(two.space) == 1);
    assertThat(one.space.values).containsExactlyEntriesOf(two.space.values);
    // What comes later comes over, by the same connection and whoever has it.
    two.space.take(List.of(new ReconMessage.Value(keys(1, 2)[0], new byte[1])), two.host.self());
    until("the new one is there", () -> one.size() == 601);
    assertThat(one.recon.score(two.host.self()).getAsDouble()).isZero();
  }

  @Test
  void shouldBeginItselfWhenWhoHasDialledDoesNot() throws IOException {
    ReconSettings soon =
        new ReconSettings(
            FAST.interval(),
            FAST.longest(),
            FAST.idle(),
            Duration.ofMillis(50),
            FAST.inbound(),
            Set.of(),
            FAST.limits());
    Node one = new Node(soon, keys(5, 1));
    Node two = new Node(FAST.every(Duration.ofDays(1)));
    two.space.interests.clear();
    two.dial(one.host);
    until("a conversation is had", () -> one.recon.counts().conversations() > 0);
  }

  @Test
  void shouldSendNothingThatTheOtherHas() throws IOException {
    Key[] all = keys(90, 3);
    Node one = new Node(FAST, all);
    Node two = new Node(FAST, Arrays.copyOfRange(all, 0, 40));
    one.dial(two.host);
    until("both know", () -> one.recon.inSync(one.space) == 1 && two.recon.inSync(two.space) == 1);
    assertThat(one.recon.counts().sent()).isEqualTo(50);
    assertThat(two.recon.counts().sent()).isZero();
  }

  @Test
  void shouldTellWhatIsNewWithoutBeingAsked() throws IOException {
    ReconSettings rarely = FAST.every(Duration.ofDays(1));
    ReconSettings patient =
        new ReconSettings(
            FAST.interval(),
            FAST.longest(),
            FAST.idle(),
            Duration.ofDays(1),
            FAST.inbound(),
            Set.of(),
            FAST.limits());
    Node one = new Node(rarely, keys(5, 1));
    Node two = new Node(patient, keys(5, 1));
    one.dial(two.host);
    until("the one conversation is had", () -> two.recon.counts().conversations() > 0);
    two.space.take(List.of(new ReconMessage.Value(keys(1, 2)[0], new byte[1])), one.host.self());
    until("the new one is there", () -> one.size() == 6);
  }

  @Test
  void shouldHoldBackWhatIsNotTaken() throws IOException {
    Node one = new Node(FAST, keys(3, 1));
    Node two = new Node(FAST);
    // As if it could not be kept: nobody's fault.
    two.space.forgets = true;
    one.dial(two.host);
    until("each was sent thrice", () -> one.recon.counts().sent() >= 9);
    until("and no more", () -> one.recon.counts().conversations() > 5);
    assertThat(one.recon.counts().sent()).isEqualTo(9);
    // What is held back is not even read.
    assertThat(one.space.reads).hasValue(9);
  }

  @Test
  void shouldTalkToNobodyWhoIsBlocked() throws IOException {
    Node one = new Node(FAST, keys(5, 1));
    Node two = new Node(FAST.blocking(Set.of(one.host.self())));
    one.dial(two.host);
    until("it is refused", () -> two.recon.counts().refused() > 2);
    assertThat(two.size()).isZero();
    until("that shows", () -> one.recon.score(two.host.self()).orElse(0) < 0);
  }

  @Test
  void shouldLeaveAPeerAloneThatIsUnblockedWithoutBeingBlocked() {
    List<String> asked = new ArrayList<>();
    PeerNetwork network =
        (PeerNetwork)
            Proxy.newProxyInstance(
                PeerNetwork.class.getClassLoader(),
                new Class<?>[] {PeerNetwork.class},
                (proxy, method, arguments) -> {
                  asked.add(method.getName());
                  return method.getReturnType() == Optional.class ? Optional.empty() : null;
                });
    Recon recon = new Recon(network, List.of(new MemorySpace(false)), FAST);
    open.add(recon);
    PeerId peer = HostKey.random().publicKey().peerId();
    assertThat(recon.unblock(peer)).isFalse();
    assertThat(asked).isEmpty();
    recon.block(peer);
    assertThat(recon.unblock(peer)).isTrue();
    assertThat(asked).containsExactly("tag", "peer");
  }

  @Test
  void shouldAskEverLessForWhatIsNotTaken() throws IOException {
    Node one = new Node(FAST, keys(5, 1));
    // It rests for longer than the other one waits.
    Node two = new Node(FAST.every(Duration.ofSeconds(20)));
    two.space.takes = key -> false;
    one.dial(two.host);
    until("it is seen that they are bad", () -> two.recon.counts().bad() >= 5);
    until("that shows", () -> two.recon.score(one.host.self()).orElse(0) < 0);
    until("it rests", () -> two.recon.counts().refused() > 0);
  }

  /** A stream of a peer that says what it likes. */
  private PeerStream rogue(Node node) throws IOException {
    Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    open.add(host);
    host.start();
    host.connect(node.host.self(), node.host.addresses(), Deadline.in(TIME));
    return host.open(node.host.self(), List.of(node.space.protocol()), Deadline.in(TIME));
  }

  private static void say(PeerStream stream, ReconMessage message) throws IOException {
    byte[] bytes = new MessageCodec(false).encode(new Envelope(Optional.empty(), message));
    stream.write(bytes, 0, bytes.length, Deadline.in(TIME));
  }

  private static ReconMessage heard(MessageReader reader) throws IOException {
    return reader.next().orElseThrow().body();
  }

  private static MessageReader reader(PeerStream stream) {
    return new MessageReader(
        (into, offset, length) -> stream.read(into, offset, length, Deadline.in(TIME)),
        false,
        MessageLimits.EVENTS);
  }

  private void awaitFailure(Node node) {
    until("it is broken off", () -> node.recon.counts().failures() == 1);
  }

  @Test
  void rejectsNonsenseAndServesTheOthers() throws IOException {
    Node node = new Node(FAST, keys(20, 1));
    PeerStream stream = rogue(node);
    byte[] nonsense = {(byte) 0xff, 0, 1, 2};
    stream.write(nonsense, 0, nonsense.length, Deadline.in(TIME));
    awaitFailure(node);
    Node honest = new Node(FAST);
    honest.dial(node.host);
    until("the honest one has all", () -> honest.size() == 20);
  }

  @Test
  void rejectsValuesNobodyAskedForOneByOne() throws IOException {
    Node node = new Node(FAST);
    Key[] keys = keys(2, 1);
    node.space.interests.clear();
    node.space.interests.add(new KeyRange(keys[0], Key.of(Arrays.copyOf(keys[0].bytes(), 62))));
    PeerStream stream = rogue(node);
    say(stream, new ReconMessage.Value(keys[1], new byte[1]));
    say(stream, new ReconMessage.Value(keys[0], new byte[1]));
    say(stream, new ReconMessage.Finished());
    until("the conversation has ended", () -> node.recon.counts().conversations() == 1);
    assertThat(node.space.values).containsOnlyKeys(keys[0]);
    assertThat(node.recon.counts().bad()).isEqualTo(1);
    assertThat(node.recon.counts().failures()).isZero();
  }

  @Test
  void rejectsSilence() throws IOException {
    TalkLimits usual = TalkLimits.USUAL;
    TalkLimits hasty =
        new TalkLimits(
            Duration.ofMillis(200),
            usual.length(),
            usual.window(),
            usual.fruitless(),
            usual.batch(),
            usual.room(),
            usual.batchBytes(),
            usual.bad());
    ReconSettings settings =
        new ReconSettings(
            FAST.interval(),
            FAST.longest(),
            FAST.idle(),
            FAST.unasked(),
            FAST.inbound(),
            Set.of(),
            hasty);
    Node node = new Node(settings, keys(3, 1));
    PeerStream stream = rogue(node);
    say(stream, new ReconMessage.InterestRequest(List.of(KeyRange.ALL)));
    assertThat(heard(reader(stream)))
        .isEqualTo(new ReconMessage.InterestResponse(List.of(KeyRange.ALL)));
    awaitFailure(node);
  }

  @Test
  void rejectsRangesThatNeverShrink() throws IOException {
    TalkLimits usual = TalkLimits.USUAL;
    Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    open.add(host);
    MemorySpace model = new MemorySpace(false);
    host.attach(new EndlessResponder(model.protocol()));
    host.start();
    TalkLimits short200 =
        new TalkLimits(
            usual.patience(),
            usual.length(),
            usual.window(),
            200,
            usual.batch(),
            usual.room(),
            usual.batchBytes(),
            usual.bad());
    Node node =
        new Node(
            new ReconSettings(
                FAST.interval(),
                FAST.longest(),
                FAST.idle(),
                FAST.unasked(),
                FAST.inbound(),
                Set.of(),
                short200),
            keys(50, 1));
    node.dial(host);
    until("it is broken off", () -> node.recon.counts().failures() > 0);
    assertThat(node.recon.score(host.self()).getAsDouble()).isNegative();
  }

  /** Has always just something else in the same range. */
  private static final class EndlessResponder implements NetworkProtocol {
    private final String id;
    private long salt;

    EndlessResponder(String id) {
      this.id = id;
    }

    @Override
    public List<String> ids() {
      return List.of(id);
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      MessageReader reader = reader(stream);
      while (true) {
        ReconMessage message = heard(reader);
        if (message instanceof ReconMessage.InterestRequest(List<KeyRange> ranges)) {
          say(stream, new ReconMessage.InterestResponse(ranges));
        } else if (message instanceof ReconMessage.RangeRequest(RangeDigest range)) {
          byte[] hash = new byte[32];
          ByteBuffer.wrap(hash).putLong(++salt);
          RangeDigest other = new RangeDigest(range.first(), new RangeHash(9, hash), range.last());
          say(stream, new ReconMessage.RangeResponse(List.of(other)));
        }
      }
    }
  }
}
