package org.kiln.itests.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.net.PubSub;
import org.kiln.itests.harness.SignedEvent;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostSettings;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.bitswap.Bitswap;
import org.kiln.net.gossip.Gossip;

/** A peer that has the events of one stream: it tells the tip when asked, and gives the blocks. */
final class GivingPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Cid, Block> blocks = new HashMap<>();
  private final Host host = new Host(HostKey.random(), HostSettings.LOOPBACK);
  private final Bitswap bitswap = new Bitswap(host, cid -> Optional.ofNullable(blocks.get(cid)));
  private final Gossip gossip;
  private final StreamId stream;
  private final Cid tip;

  /**
   * Joins the topic.
   *
   * @param folder where it keeps what it must
   * @param events the stream's, the tip last
   */
  GivingPeer(Path folder, StreamId stream, List<SignedEvent> events) throws IOException {
    this.stream = stream;
    this.tip = events.getLast().cid();
    for (SignedEvent event : events) {
      blocks.put(event.cid(), event.envelope());
      blocks.put(event.payload().cid(), event.payload());
    }
    gossip = new Gossip(host, folder);
    host.attach(bitswap);
    host.attach(gossip);
    gossip.subscribe(Kiln.TOPIC, (origin, data) -> heard(data));
    assertThat(host.start()).isEmpty();
    gossip.start();
  }

  void connect(Kiln node) throws IOException {
    host.connect(
        node.id, List.of(Multiaddrs.parse(node.address())), Deadline.in(Duration.ofSeconds(60)));
  }

  private PubSub.Verdict heard(byte[] data) {
    try {
      JsonNode said = JSON.readTree(data);
      if (said.path("typ").asInt() == 1 && said.path("stream").asText().equals(stream.toString())) {
        ObjectNode answer = JSON.createObjectNode().put("typ", 2);
        answer.set("id", said.get("id"));
        answer.putObject("tips").put(stream.toString(), tip.toString());
        gossip.publish(Kiln.TOPIC, JSON.writeValueAsBytes(answer));
      }
      return PubSub.Verdict.ACCEPT;
    } catch (IOException e) {
      return PubSub.Verdict.REJECT;
    }
  }

  @Override
  public void close() {
    gossip.close();
    bitswap.close();
    host.close();
  }
}
