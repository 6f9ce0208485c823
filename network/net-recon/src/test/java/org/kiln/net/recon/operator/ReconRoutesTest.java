package org.kiln.net.recon.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NodeTables;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests;
import org.kiln.events.EventStore;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.recon.BlockedPeers;
import org.kiln.net.recon.Recon;
import org.kiln.net.recon.ReconSettings;
import org.kiln.net.recon.kept.ReconTable;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.talk.MemorySpace;
import org.kiln.store.memory.MemoryStore;
import org.kiln.testkit.FakeHttpCall;
import org.kiln.testkit.FakeRoutes;

/** What an operator sees and does, with two nodes that talk. */
@Timeout(300)
class ReconRoutesTest {
  private static final Duration TIME = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StreamId FIXED = StreamId.MODEL;

  private final EventStore store = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final ReconTable table = new ReconTable(store);
  private final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
  private final Host other = new Host(HostKey.random(), HostSettings.LOOPBACK);
  private final PeerId setting = HostKey.random().publicKey().peerId();
  private final List<Interest> interests = new ArrayList<>();
  private Recon recon;
  private Recon theirs;
  private ReconRoutes routes;

  /** In a list. */
  private final Interests asked =
      new Interests() {
        @Override
        public List<Interest> all() {
          return List.copyOf(interests);
        }

        @Override
        public Outcome add(Interest interest, Deadline deadline) {
          return interests.add(interest) ? Outcome.CHANGED : Outcome.UNCHANGED;
        }

        @Override
        public Outcome remove(Interest interest, Deadline deadline) {
          return interests.remove(interest) ? Outcome.CHANGED : Outcome.UNCHANGED;
        }

        @Override
        public AutoCloseable onChange(Runnable listener) {
          throw new UnsupportedOperationException();
        }
      };

  @BeforeEach
  void start() throws Exception {
    BlockedPeers blocked = new BlockedPeers(Set.of(setting), table.blocked());
    recon = recon(host, blocked);
    theirs = recon(other, new BlockedPeers(Set.of(), Set.of()));
    routes =
        new ReconRoutes(
            recon,
            blocked,
            table,
            new ReconRoutes.Wanted() {
              @Override
              public List<String> fixed() {
                return List.of(FIXED.toString());
              }

              @Override
              public Optional<Interests> asked() {
                return Optional.of(asked);
              }
            });
    host.connect(other.self(), other.addresses(), Deadline.in(TIME));
  }

  private static Recon recon(Host host, BlockedPeers blocked) throws Exception {
    MemorySpace space = new MemorySpace(false);
    space.interests.add(KeyRange.ALL);
    byte[] key = host.self().bytes();
    space.values.put(Key.of(key), key);
    Recon recon =
        new Recon(host, List.of(space), ReconSettings.USUAL.every(Duration.ofMillis(20)), blocked);
    host.attach(recon);
    assertThat(host.start()).isEmpty();
    return recon;
  }

  @AfterEach
  void close() {
    recon.close();
    theirs.close();
    host.close();
    other.close();
    store.close();
  }

  private JsonNode call(String method, String path) throws Exception {
    HttpReply reply =
        FakeRoutes.of(routes.routes()).reply(FakeHttpCall.of(method, path)).orElseThrow();
    return JSON.readTree(FakeRoutes.bytes(reply));
  }

  private JsonNode overview() throws Exception {
    return call("GET", "/admin/recon");
  }

  private JsonNode await(String what, Predicate<JsonNode> holds) throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    JsonNode now = overview();
    while (!holds.test(now)) {
      assertThat(System.nanoTime()).as("until %s in %s", what, now).isLessThan(end);
      LockSupport.parkNanos(5_000_000);
      now = overview();
    }
    return now;
  }

  @Test
  void shouldShowHowItStandsWithEachPeer() throws Exception {
    interests.add(Interest.of(StreamId.of(2, FIXED.init())));
    JsonNode now = await("in sync", shown -> shown.at("/peers/0/state").asText().equals("in-sync"));
    JsonNode peer = now.at("/peers/0");
    assertThat(peer.get("peer").asText()).isEqualTo(other.self().toString());
    assertThat(peer.get("about").asText()).isEqualTo("events");
    assertThat(peer.get("common").asInt()).isEqualTo(1);
    assertThat(peer.get("failures").asInt()).isZero();
    assertThat(now.at("/interests/0/setting").asBoolean()).isTrue();
    assertThat(now.at("/interests/0/model").asText()).isEqualTo(FIXED.toString());
    assertThat(now.at("/interests/1/setting").asBoolean()).isFalse();
    assertThat(now.at("/blocked/0/peer").asText()).isEqualTo(setting.toString());
    assertThat(now.at("/blocked/0/setting").asBoolean()).isTrue();
  }

  @Test
  void shouldBlockAPeerWhileItRunsAndOverRestarts() throws Exception {
    await("in sync", shown -> shown.at("/peers/0/state").asText().equals("in-sync"));
    String id = other.self().toString();
    assertThat(call("DELETE", "/admin/recon/blocked/" + id).get("message").asText())
        .contains("is not blocked");
    long failures = recon.counts().failures();
    assertThat(call("PUT", "/admin/recon/blocked/" + id).get("message").asText()).contains(id);
    assertThat(overview().get("blocked")).hasSize(2);
    assertThat(new ReconTable(store).blocked()).containsExactly(other.self());
    await("nobody talks", shown -> recon.counts().talking() == 0);
    // It finds out by being refused, whoever begins.
    long before = recon.counts().conversations();
    awaitRefusal();
    assertThat(recon.counts().conversations()).isEqualTo(before);
    assertThat(recon.counts().failures()).isEqualTo(failures);

    assertThat(call("DELETE", "/admin/recon/blocked/" + id).get("message").asText())
        .contains("is talked to again");
    assertThat(new ReconTable(store).blocked()).isEmpty();
    await("they talk again", shown -> recon.counts().conversations() > before);
  }

  private void awaitRefusal() throws Exception {
    try {
      other.open(host.self(), theirs.ids(), Deadline.in(TIME));
    } catch (IOException e) {
      // It may hear of it before both have agreed on the protocol.
      assertThat(e).hasMessageContaining("reset");
    }
    await("a refusal", shown -> recon.counts().refused() > 0);
  }

  @Test
  void shouldDropAnInterestOfClients() throws Exception {
    StreamId model = StreamId.of(2, FIXED.init());
    interests.add(Interest.of(model));
    interests.add(
        new Interest(
            Interest.MODEL,
            Interest.of(model).value(),
            Optional.of("did:key:a"),
            Optional.empty()));
    call("DELETE", "/admin/recon/interests/" + model);
    assertThat(interests).isEmpty();
  }

  @Test
  void rejectsWhatOnlySettingsChangeAndWhatIsNoPeer() {
    assertThatThrownBy(() -> call("DELETE", "/admin/recon/blocked/" + setting))
        .isInstanceOf(HttpProblem.class)
        .hasMessageContaining("recon.blocked-peers");
    assertThatThrownBy(() -> call("DELETE", "/admin/recon/interests/" + FIXED))
        .isInstanceOf(HttpProblem.class)
        .hasMessageContaining("recon.interests");
    assertThatThrownBy(() -> call("PUT", "/admin/recon/blocked/nobody"))
        .isInstanceOf(HttpProblem.class)
        .hasMessageContaining("No peer id");
  }
}
