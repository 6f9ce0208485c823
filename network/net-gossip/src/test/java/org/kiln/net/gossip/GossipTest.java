package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Varint;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.net.PubSub;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;

/** Gossip over real connections, and hostile peers on them. */
@Timeout(300)
class GossipTest {
  private static final String TOPIC = "/ceramic/local-1";
  private static final Duration TIME = Duration.ofSeconds(60);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final CountDownLatch silence = new CountDownLatch(1);
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    silence.countDown();
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private final class Node {
    final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    final Gossip gossip;
    final Set<String> heard = ConcurrentHashMap.newKeySet();
    final Set<String> vias = ConcurrentHashMap.newKeySet();

    Node() throws IOException {
      open.add(host);
      gossip = new Gossip(host, folder.resolve(host.self().toString()));
      open.add(gossip);
      host.attach(gossip);
      gossip.subscribe(
          TOPIC,
          (origin, data) -> {
            String text = new String(data, StandardCharsets.UTF_8);
            if (text.startsWith("flood")) {
              return PubSub.Verdict.UNHEARD;
            }
            heard.add(text);
            vias.add(text + " by " + origin.via());
            return text.startsWith("bad") ? PubSub.Verdict.REJECT : PubSub.Verdict.ACCEPT;
          });
      assertThat(host.start()).isEmpty();
      gossip.start();
    }

    void dial(Node other) throws IOException {
      host.connect(other.host.self(), other.host.addresses(), Deadline.in(TIME));
    }

    void publish(String text) {
      gossip.publish(TOPIC, text.getBytes(StandardCharsets.UTF_8));
    }

    boolean knows(PeerId peer) {
      return gossip.members(TOPIC).stream().anyMatch(member -> member.peer().equals(peer));
    }
  }

  /** A peer that speaks the protocol's ids and says whatever it likes. */
  private final class Rogue implements NetworkProtocol {
    final HostKey key = HostKey.random();
    final Host host = new Host(key, HostSettings.LOOPBACK);
    volatile boolean reads = true;

    Rogue() {
      open.add(host);
      host.attach(this);
      host.start();
    }

    @Override
    public List<String> ids() {
      return Gossip.IDS;
    }

    @Override
    public void serve(PeerStream stream) throws IOException {
      byte[] buffer = new byte[4096];
      if (!reads) {
        try {
          silence.await();
        } catch (InterruptedException e) {
          throw new IOException("The test is over", e);
        }
        return;
      }
      for (int n = 0; n >= 0; ) {
        n = stream.read(buffer, 0, buffer.length, Deadline.NONE);
      }
    }

    PeerStream to(Node node) throws IOException {
      host.connect(node.host.self(), node.host.addresses(), Deadline.in(TIME));
      PeerStream stream = host.open(node.host.self(), List.of("/meshsub/1.1.0"), Deadline.in(TIME));
      stream.writeFrame(
          new ProtobufWriter()
              .message(1, new ProtobufWriter().number(1, 1).string(2, TOPIC))
              .toByteArray(),
          Deadline.in(TIME));
      until("the rogue is known", () -> node.knows(host.self()));
      return stream;
    }

    byte[] says(String text, long seqno, boolean sign) {
      Message message =
          new StrictSign(host.self(), new RealKeys(sign ? key : HostKey.random()))
              .sign(TOPIC, text.getBytes(StandardCharsets.UTF_8), seqno);
      return new ProtobufWriter().bytes(2, message.encoded()).toByteArray();
    }
  }

  private static void until(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TIME.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + TIME.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void shouldCarryMessagesOverSeveralNodes() throws Exception {
    Node one = new Node();
    Node two = new Node();
    Node three = new Node();
    two.dial(one);
    three.dial(two);
    until(
        "all are on the topic",
        () ->
            one.gossip.members(TOPIC).size() == 1
                && two.gossip.members(TOPIC).size() == 2
                && three.gossip.members(TOPIC).size() == 1);
    until("two has a mesh", () -> two.gossip.members(TOPIC).stream().allMatch(PubSub.Member::mesh));
    one.publish("from one");
    three.publish("from three");
    until("three hears one", () -> three.heard.contains("from one"));
    until("one hears three", () -> one.heard.contains("from three"));
    assertThat(one.heard).doesNotContain("from one");
    assertThat(two.gossip.members(TOPIC))
        .allSatisfy(member -> assertThat(member.protocol()).isEqualTo("/meshsub/1.1.0"));
    three.host.close();
    until("three is forgotten", () -> two.gossip.members(TOPIC).size() == 1);
  }

  @Test
  void shouldHandOnNothingTheApplicationRejects() throws Exception {
    Node one = new Node();
    Node two = new Node();
    Node three = new Node();
    two.dial(one);
    two.dial(three);
    until(
        "two has a mesh",
        () ->
            two.gossip.members(TOPIC).size() == 2
                && two.gossip.members(TOPIC).stream().allMatch(PubSub.Member::mesh));
    one.publish("bad");
    one.publish("good");
    until("the good one came", () -> three.heard.contains("good"));
    assertThat(three.heard).containsExactly("good");
    assertThat(two.gossip.numbers().rejected()).isEqualTo(1);
  }

  @Test
  void rejectsForgeriesReplaysAndFramesTooLarge() throws Exception {
    Node node = new Node();
    Node honest = new Node();
    honest.dial(node);
    Rogue rogue = new Rogue();
    PeerStream stream = rogue.to(node);
    byte[] once = rogue.says("once", 7, true);
    stream.writeFrame(once, Deadline.in(TIME));
    stream.writeFrame(once, Deadline.in(TIME));
    stream.writeFrame(rogue.says("forged", 8, false), Deadline.in(TIME));
    stream.writeFrame(rogue.says("last", 9, true), Deadline.in(TIME));
    until("what is true came", () -> node.heard.contains("last"));
    assertThat(node.heard).containsExactlyInAnyOrder("once", "last");
    assertThat(node.gossip.numbers().duplicates()).isEqualTo(1);
    assertThat(node.gossip.numbers().rejected()).isEqualTo(1);
    assertThat(node.gossip.score(rogue.host.self()).orElseThrow()).isLessThanOrEqualTo(0);
    assertThat(node.gossip.score(HostKey.random().publicKey().peerId())).isEmpty();

    byte[] announced = Varint.encode(RpcDecoder.MAX_FRAME + 1);
    stream.write(announced, 0, announced.length, Deadline.in(TIME));
    assertThatThrownBy(
            () -> {
              while (true) {
                stream.write(new byte[4096], 0, 4096, Deadline.in(TIME));
              }
            })
        .isInstanceOf(IOException.class);
    until("honest peers are there", () -> node.knows(honest.host.self()));
    honest.publish("unharmed");
    until("others are heard", () -> node.heard.contains("unharmed"));
  }

  @Test
  void shouldHoldUpAPeerThatFloodsAndNobodyElse() throws Exception {
    Node node = new Node();
    Node honest = new Node();
    honest.dial(node);
    Rogue rogue = new Rogue();
    PeerStream stream = rogue.to(node);
    until("honest peers are there", () -> node.knows(honest.host.self()));
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      frames.add(rogue.says("flood " + i, 100 + i, true));
    }
    for (byte[] frame : frames) {
      stream.writeFrame(frame, Deadline.in(TIME));
    }
    stream.writeFrame(rogue.says("after the flood", 9_000, true), Deadline.in(TIME));
    honest.publish("beside the flood");
    until("others are heard", () -> node.heard.contains("beside the flood"));
    // Three thousand times three is more than it may spend at once.
    assertThat(node.heard).doesNotContain("after the flood");
    assertThat(node.vias).contains("beside the flood by " + honest.host.self());
    assertThat(node.gossip.score(rogue.host.self()).orElseThrow()).isZero();
    until("it is heard again", () -> node.heard.contains("after the flood"));
  }

  @Test
  void shouldNotBeHeldUpByAPeerThatReadsNothing() throws Exception {
    Node node = new Node();
    Node honest = new Node();
    honest.dial(node);
    Rogue rogue = new Rogue();
    rogue.reads = false;
    rogue.to(node);
    until("honest peers are there", () -> node.knows(honest.host.self()));
    byte[] large = new byte[PubSub.MAX_BYTES];
    // More than the windows of the stream and all queues together hold.
    for (int i = 0; i < 400; i++) {
      large[0] = (byte) i;
      large[1] = (byte) (i >> 8);
      node.gossip.publish(TOPIC, large);
    }
    until(
        "the honest peer hears on",
        () -> {
          node.publish("on and on");
          return honest.heard.contains("on and on");
        });
  }
}
