package org.kiln.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.identify.PeerRecord;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.key.PublicKey;

/** Examples made by js-libp2p, see itests/network. */
class VectorsTest {
  private final JsonNode vectors = load();
  private final HostKey key = HostKey.ofSeed(hex(vectors.at("/identity/seed")));

  private static JsonNode load() {
    try (InputStream in = VectorsTest.class.getResourceAsStream("vectors.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] hex(JsonNode node) {
    return HexFormat.of().parseHex(node.asText());
  }

  @Test
  void shouldNameKeysAsOthersDo() throws Exception {
    JsonNode identity = vectors.get("identity");
    assertThat(key.publicKey().encode()).isEqualTo(hex(identity.get("publicKeyProtobuf")));
    PeerId id = key.publicKey().peerId();
    assertThat(id.bytes()).isEqualTo(hex(identity.get("peerId")));
    assertThat(id).hasToString(identity.get("peerIdBase58").asText());
    assertThat(PeerId.parse(identity.get("peerIdCid").asText())).isEqualTo(id);
    assertThat(PublicKey.decode(hex(identity.get("publicKeyProtobuf")))).isEqualTo(key.publicKey());
  }

  @Test
  void shouldWriteAddressesAsOthersDo() {
    for (JsonNode each : vectors.get("multiaddrs")) {
      Multiaddr address = Multiaddrs.parse(each.get("text").asText());
      assertThat(address.bytes()).isEqualTo(hex(each.get("bytes")));
      assertThat(Multiaddrs.decode(address.bytes())).hasToString(each.get("text").asText());
    }
    assertThat(vectors.get("multiaddrs")).hasSizeGreaterThan(5);
  }

  @Test
  void shouldSignPeerRecordsAsOthersDo() throws Exception {
    JsonNode record = vectors.get("signedPeerRecord");
    byte[] envelope = hex(record.get("envelope"));
    List<Multiaddr> addresses = List.of(Multiaddrs.parse(record.get("addrs").get(0).asText()));
    assertThat(PeerRecord.sign(key, record.get("seq").asLong(), addresses).envelope())
        .isEqualTo(envelope);
    PeerRecord opened = PeerRecord.open(envelope);
    assertThat(opened.peer()).isEqualTo(key.publicKey().peerId());
    assertThat(opened.sequence()).isEqualTo(1);
    assertThat(opened.addresses()).isEqualTo(addresses);
  }

  @Test
  void shouldSignNoiseKeysAsOthersDo() {
    JsonNode noise = vectors.get("noiseIdentitySignature");
    byte[] prefix = "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);
    byte[] message = join(prefix, hex(noise.get("staticPublicKey")));
    assertThat(key.sign(message)).isEqualTo(hex(noise.get("signature")));
    assertThat(key.publicKey().verify(message, hex(noise.get("signature")))).isTrue();
  }

  @Test
  void shouldSignPubsubMessagesAsOthersDo() {
    JsonNode message = vectors.get("gossipsub");
    byte[] signed =
        join("libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII), hex(message.get("unsigned")));
    assertThat(key.sign(signed)).isEqualTo(hex(message.get("signature")));
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
