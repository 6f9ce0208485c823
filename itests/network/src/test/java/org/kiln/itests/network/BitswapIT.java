package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.bitswap.Bitswap;

/** Bitswap with Helia's: each gives to and takes from the other, whoever has dialled. */
@Timeout(300)
class BitswapIT {
  private final Map<Cid, Block> blocks = new ConcurrentHashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Host host;
  private Bitswap bitswap;
  private KitPeer peer;

  @BeforeEach
  void open() throws IOException {
    host = new Host(HostKey.random(), HostSettings.LOOPBACK);
    open.add(host);
    bitswap = new Bitswap(host, cid -> Optional.ofNullable(blocks.get(cid)));
    open.add(bitswap);
    host.attach(bitswap);
    assertThat(host.start()).isEmpty();
    peer = KitPeer.start("bitswap");
    open.add(peer);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  private void connect(boolean weDial) throws IOException {
    if (weDial) {
      host.connect(peer.id(), List.of(peer.address()), soon());
    } else {
      peer.call("dial", "addr", host.addresses().get(0).withPeer(host.self()).toString());
    }
  }

  private Block put(Block block) {
    blocks.put(block.cid(), block);
    bitswap.arrived(block.cid());
    return block;
  }

  private static Block block(String text) {
    return Block.of(Cid.DAG_CBOR, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts a block there, answers its CID. */
  private Cid putThere(Block block) throws IOException {
    JsonNode answer =
        peer.call(
            "put",
            "base64",
            Base64.getEncoder().encodeToString(block.data()),
            "codec",
            block.cid().codec());
    assertThat(answer.get("cid").asText()).isEqualTo(block.cid().toString());
    return block.cid();
  }

  private static byte[] data(JsonNode answer) {
    assertThat(answer.get("event").asText()).as(answer.toString()).isEqualTo("result");
    return Base64.getDecoder().decode(answer.get("base64").asText());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldServeAndFetch(boolean weDial) throws Exception {
    connect(weDial);
    Block ours = put(block("ours"));
    assertThat(data(peer.call("get", "cid", ours.cid().toString(), "timeout", 60_000)))
        .isEqualTo(ours.data());
    Block theirs = block("theirs");
    putThere(theirs);
    assertThat(bitswap.fetch(theirs.cid(), Set.of(peer.id()), soon())).contains(theirs);
    // Nobody is named: it is asked because it is connected.
    Block large = Block.of(Cid.RAW, new byte[300_000]);
    putThere(large);
    assertThat(bitswap.fetch(large.cid(), Set.of(), soon())).contains(large);
    Block ourLarge = put(Block.of(Cid.RAW, new byte[1_500_000]));
    assertThat(data(peer.call("get", "cid", ourLarge.cid().toString(), "timeout", 60_000)))
        .isEqualTo(ourLarge.data());
    assertThat(bitswap.counts().blocksUnasked()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGiveAndGetWhatTurnsUpLater(boolean weDial) throws Exception {
    connect(weDial);
    Block ours = block("ours, later");
    int asked = peer.send("get", "cid", ours.cid().toString(), "timeout", 60_000);
    awaitTheirWant();
    put(ours);
    assertThat(data(peer.answer(asked))).isEqualTo(ours.data());

    Block theirs = block("theirs, later");
    CompletableFuture<Optional<Block>> fetched =
        CompletableFuture.supplyAsync(
            () -> bitswap.fetch(theirs.cid(), Set.of(peer.id()), soon()),
            task -> Thread.ofPlatform().start(task));
    peer.await(
        "bitswap", event -> event.path("wants").toString().contains(theirs.cid().toString()));
    putThere(theirs);
    assertThat(fetched.get(60, TimeUnit.SECONDS)).contains(theirs);
  }

  private void awaitTheirWant() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Object pause = new Object();
    while (!bitswap.isAwaited()) {
      assertThat(System.nanoTime()).as("until the peer wants something").isLessThan(end);
      synchronized (pause) {
        pause.wait(10);
      }
    }
  }

  @Test
  void shouldFetchAThousandBlocks() throws Exception {
    connect(true);
    List<Cid> cids = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      cids.add(putThere(block("block " + i)));
    }
    List<Cid> fetched = new ArrayList<>();
    bitswap.fetchAll(cids, Set.of(peer.id()), soon(), block -> fetched.add(block.cid()));
    assertThat(fetched).containsExactlyInAnyOrderElementsOf(cids);
    assertThat(bitswap.counts().blocksUnasked()).isZero();
  }

  @Test
  void shouldServeManyBlocks() throws Exception {
    connect(false);
    List<Integer> requests = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Block block = put(block("block " + i));
      requests.add(peer.send("get", "cid", block.cid().toString(), "timeout", 60_000));
    }
    for (int i = 0; i < 200; i++) {
      assertThat(data(peer.answer(requests.get(i)))).isEqualTo(block("block " + i).data());
    }
  }
}
