package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.kad.KadSettings;
import org.kiln.net.kad.Kademlia;
import org.kiln.net.kad.ProviderStore;

/** Kademlia with js-libp2p's, with ours in each of the three places: provider, asker, between. */
@Timeout(300)
class KadIT {
  private static final Cid CID = Cid.sha256(Cid.DAG_CBOR, new byte[] {4, 5, 6});

  private final List<AutoCloseable> open = new ArrayList<>();
  private Host host;
  private Kademlia kad;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private void ours(KadSettings settings) {
    host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    open.add(host);
    kad = new Kademlia(host, settings, new ProviderStore());
    if (settings.server()) {
      host.attach(kad);
    }
    assertThat(host.start()).isEmpty();
  }

  private KitPeer peer(String... flags) throws IOException {
    KitPeer peer = KitPeer.start("kad", flags);
    open.add(peer);
    return peer;
  }

  private String address() {
    return host.addresses().get(0).withPeer(host.self()).toString();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private void awaitTable(int size) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Object pause = new Object();
    kad.tick();
    while (kad.tableSize() < size) {
      assertThat(System.nanoTime()).as("until the table has %d peers", size).isLessThan(end);
      synchronized (pause) {
        pause.wait(20);
      }
      kad.tick();
    }
  }

  /** Until a js peer has one more in its table. */
  private static void awaitTable(KitPeer peer, PeerId member) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Object pause = new Object();
    while (!peer.call("table").get("peers").toString().contains(member.toString())) {
      assertThat(System.nanoTime()).as("until %s is in the table", member).isLessThan(end);
      synchronized (pause) {
        pause.wait(50);
      }
    }
  }

  @Test
  void shouldProvideAndFindOverAPeerBetween() throws Exception {
    provideAndFindOverAPeerBetween(KadSettings.SERVER);
  }

  @Test
  void shouldProvideAndFindOnTheLocalNetwork() throws Exception {
    provideAndFindOverAPeerBetween(KadSettings.SERVER.lan());
  }

  private void provideAndFindOverAPeerBetween(KadSettings settings) throws Exception {
    String protocol = settings.protocol();
    KitPeer between = peer("--protocol", protocol);
    KitPeer other = peer("--protocol", protocol, "--bootstrap", between.address().toString());
    ours(settings);
    host.connect(between.id(), List.of(between.address()), soon());
    awaitTable(1);
    awaitTable(between, host.self());
    awaitTable(between, other.id());

    // Ours provides, js finds.
    assertThat(kad.provide(CID, soon())).isPositive();
    JsonNode found = other.call("findProviders", "cid", CID.toString(), "timeout", 60_000);
    assertThat(found.get("providers").toString())
        .contains(host.self().toString(), host.addresses().get(0).toString());

    // js provides, ours finds.
    Cid theirs = Cid.sha256(Cid.RAW, new byte[] {7});
    other.call("provide", "cid", theirs.toString(), "timeout", 60_000);
    Map<PeerId, List<Multiaddr>> providers = kad.providers(theirs, 1, soon());
    assertThat(providers).containsKey(other.id());

    // Each finds where the other may be dialled.
    assertThat(kad.find(other.id(), soon())).contains(other.address().withoutPeer());
    JsonNode us = other.call("findPeer", "peer", host.self().toString(), "timeout", 60_000);
    assertThat(us.get("addrs").toString()).contains(host.addresses().get(0).toString());
  }

  @Test
  void shouldStandBetweenTwoOthers() throws Exception {
    standBetweenTwoOthers(KadSettings.SERVER);
  }

  @Test
  void shouldStandBetweenTwoOthersOnTheLocalNetwork() throws Exception {
    standBetweenTwoOthers(KadSettings.SERVER.lan());
  }

  private void standBetweenTwoOthers(KadSettings settings) throws Exception {
    String protocol = settings.protocol();
    ours(settings);
    KitPeer provider = peer("--protocol", protocol, "--bootstrap", address());
    KitPeer asker = peer("--protocol", protocol, "--client", "--bootstrap", address());
    awaitTable(1);
    awaitTable(provider, host.self());
    awaitTable(asker, host.self());
    provider.call("provide", "cid", CID.toString(), "timeout", 60_000);
    JsonNode found = asker.call("findProviders", "cid", CID.toString(), "timeout", 60_000);
    assertThat(found.get("providers").toString()).contains(provider.id().toString());
    JsonNode where = asker.call("findPeer", "peer", provider.id().toString(), "timeout", 60_000);
    assertThat(where.get("addrs").toString()).contains(provider.address().withoutPeer().toString());
    // The client is in nobody's table.
    kad.tick();
    assertThat(kad.tableSize()).isEqualTo(1);
  }

  @Test
  void shouldOnlyAskAsAClient() throws Exception {
    KitPeer server = peer();
    ours(KadSettings.CLIENT);
    host.connect(server.id(), List.of(server.address()), soon());
    awaitTable(1);
    KitPeer provider = peer("--bootstrap", server.address().toString());
    awaitTable(provider, server.id());
    provider.call("provide", "cid", CID.toString(), "timeout", 60_000);
    assertThat(kad.providers(CID, 1, soon())).containsKey(provider.id());
    JsonNode said =
        server.await(
            "identified", event -> event.get("peer").asText().equals(host.self().toString()));
    assertThat(said.get("protocols").toString()).doesNotContain("/ipfs/kad/1.0.0");
    assertThat(server.call("table").get("peers").toString()).doesNotContain(host.self().toString());
  }
}
