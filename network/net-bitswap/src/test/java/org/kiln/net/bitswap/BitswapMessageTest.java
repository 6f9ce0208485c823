package org.kiln.net.bitswap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.net.bitswap.BitswapMessage.Payload;
import org.kiln.net.bitswap.BitswapMessage.Presence;
import org.kiln.net.bitswap.BitswapMessage.Want;

class BitswapMessageTest {
  private static final byte[] HELLO = "hello world".getBytes(StandardCharsets.UTF_8);
  private static final Block BLOCK = Block.of(Cid.DAG_CBOR, HELLO);
  private static final BitswapMessage EVERYTHING =
      new BitswapMessage(
          true,
          List.of(
              new Want(BLOCK.cid(), 7, false, true, true),
              new Want(Cid.sha256(Cid.RAW, new byte[1]), 0, true, false, false)),
          List.of(new Payload(Prefix.of(BLOCK.cid()), HELLO)),
          List.of(new Presence(BLOCK.cid(), true), new Presence(BLOCK.cid(), false)),
          12);

  private static BitswapMessage again(BitswapMessage message, ProtocolVersion version)
      throws Exception {
    return BitswapMessage.decode(message.encode(version));
  }

  @Test
  void shouldReadWhatItWrites() throws Exception {
    BitswapMessage read = again(EVERYTHING, ProtocolVersion.V1_2);
    assertThat(read).usingRecursiveComparison().isEqualTo(EVERYTHING);
    assertThat(read.blocks().get(0).prefix().cid(HELLO)).contains(BLOCK.cid());
  }

  @Test
  void shouldLeaveOutWhatOldPeersDoNotKnow() throws Exception {
    BitswapMessage old = again(EVERYTHING, ProtocolVersion.V1_1);
    assertThat(old.presences()).isEmpty();
    assertThat(old.wants().get(0)).isEqualTo(new Want(BLOCK.cid(), 7, false, false, false));
    assertThat(old.blocks()).hasSize(1);
    assertThat(again(EVERYTHING, ProtocolVersion.V1_0).blocks()).isEmpty();
    BitswapMessage zero =
        new BitswapMessage(false, List.of(), List.of(new Payload(Prefix.V0, HELLO)), List.of(), 0);
    assertThat(again(zero, ProtocolVersion.V1_0)).usingRecursiveComparison().isEqualTo(zero);
    assertThat(Prefix.V0.cid(HELLO).orElseThrow().version()).isZero();
  }

  @Test
  void shouldMatchTheVectorOfThePeersOfAnotherMake() throws Exception {
    JsonNode vector =
        new ObjectMapper().readTree(getClass().getResource("vectors.json")).get("bitswap");
    byte[] data = HexFormat.of().parseHex(vector.get("data").asText());
    Prefix prefix = Prefix.decode(HexFormat.of().parseHex(vector.get("prefix").asText()));
    assertThat(prefix.cid(data).orElseThrow()).hasToString(vector.get("cid").asText());
    assertThat(HexFormat.of().formatHex(prefix.encode())).isEqualTo(vector.get("prefix").asText());
  }

  @Test
  void shouldSkipCidsThatMakeNoSense() throws Exception {
    ProtobufWriter wantlist = new ProtobufWriter();
    for (byte[] cid :
        List.of(
            new byte[] {9},
            new byte[200],
            Cid.ofDigest(Cid.RAW, Cid.IDENTITY, new byte[2]).bytes(),
            BLOCK.cid().bytes())) {
      wantlist.message(1, new ProtobufWriter().bytes(1, cid));
    }
    byte[] bytes = new ProtobufWriter().message(1, wantlist).toByteArray();
    assertThat(BitswapMessage.decode(bytes).wants())
        .extracting(Want::cid)
        .containsExactly(BLOCK.cid());
  }

  @Test
  void rejectsMoreThanAllowed() {
    byte[] large =
        new ProtobufWriter().bytes(2, new byte[BitswapMessage.MAX_BLOCK + 1]).toByteArray();
    assertThatThrownBy(() -> BitswapMessage.decode(large)).isInstanceOf(ProtobufException.class);
    byte[] bomb = new byte[200_000];
    for (int i = 0; i < bomb.length; i += 2) {
      bomb[i] = 0x0a; // an empty wantlist
    }
    assertThatThrownBy(() -> BitswapMessage.decode(bomb))
        .isInstanceOf(ProtobufException.class)
        .hasMessageContaining("more fields");
  }

  @Test
  void rejectsUnknownHashFunctionsAndShortDigests() throws Exception {
    assertThat(new Prefix(1, Cid.RAW, 0x9999, 32).cid(HELLO)).isEmpty();
    assertThat(new Prefix(1, Cid.RAW, Cid.SHA2_256, 20).cid(HELLO)).isEmpty();
    assertThat(new Prefix(2, Cid.RAW, Cid.SHA2_256, 32).cid(HELLO)).isEmpty();
    assertThat(new Prefix(1, Cid.RAW, 0x13, 64).cid(HELLO)).isPresent();
    assertThat(new Prefix(1, Cid.RAW, 0xb220, 32).cid(HELLO)).isPresent();
    // keccak-256 of "hello world", the well-known value
    assertThat(HexFormat.of().formatHex(Digests.of(Cid.KECCAK_256, HELLO).orElseThrow()))
        .isEqualTo("47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad");
  }
}
