package org.kiln.net.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.libp2p.key.HostKey;

/** Frames; examples made by js-libp2p, see itests/network. */
class RpcDecoderTest {
  private static final HexFormat HEX = HexFormat.of();

  /** The identity behind the examples. */
  private final HostKey key = HostKey.ofSeed(HEX.parseHex("07".repeat(32)));

  private final PeerId id = key.publicKey().peerId();
  private final StrictSign sign = new StrictSign(id, new RealKeys(key));
  private final JsonNode vector = vector();

  private static JsonNode vector() {
    try (InputStream in = RpcDecoderTest.class.getResourceAsStream("vectors.json")) {
      return new ObjectMapper().readTree(in).get("gossipsub");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String latin1(String hex) {
    return new String(HEX.parseHex(hex), StandardCharsets.ISO_8859_1);
  }

  private String text(String name) {
    return vector.get(name).asText();
  }

  @Test
  void shouldSignAsOthersDo() {
    Message message = sign.sign(text("topic"), HEX.parseHex(text("data")), 1);
    assertThat(HEX.formatHex(message.signature())).isEqualTo(text("signature"));
    assertThat(HEX.formatHex(new ProtobufWriter().bytes(2, message.encoded()).toByteArray()))
        .isEqualTo(text("rpc"));
    assertThat(message.id()).isEqualTo(latin1(text("goMessageId")));
  }

  @Test
  void shouldReadAndVerifyWhatOthersSign() throws Exception {
    Rpc rpc = RpcDecoder.decode(HEX.parseHex(text("rpc")));
    Message message = rpc.messages().get(0);
    assertThat(message.topic()).isEqualTo(text("topic"));
    assertThat(HEX.formatHex(message.data())).isEqualTo(text("data"));
    assertThat(sign.author(message)).isEqualTo(id);
    byte[] wrong = message.signature().clone();
    wrong[0] ^= 1;
    assertThat(sign.author(message.signed(wrong))).isNull();
    assertThat(MessageIds.canonical(latin1(text("jsMessageId")))).isEqualTo(message.id());
    assertThat(MessageIds.canonical(id + "1")).isEqualTo(message.id());
    assertThat(MessageIds.canonical(message.id())).isEqualTo(message.id());
  }

  @Test
  void shouldTellAbsentFromEmptyAndKeepWhatItDoesNotKnow() throws Exception {
    ProtobufWriter plain =
        new ProtobufWriter()
            .bytes(1, id.bytes())
            .bytes(2, new byte[0])
            .bytes(3, new byte[8])
            .string(4, "t")
            .number(9, 300);
    byte[] signature =
        key.sign(
            new ProtobufWriter()
                .raw("libp2p-pubsub:".getBytes(StandardCharsets.UTF_8))
                .raw(plain.toByteArray())
                .toByteArray());
    byte[] frame = new ProtobufWriter().message(2, plain.bytes(5, signature)).toByteArray();
    assertThat(sign.author(RpcDecoder.decode(frame).messages().get(0))).isEqualTo(id);
  }

  @Test
  void rejectsFramesThatCostMoreThanTheyMay() {
    ProtobufWriter empty = new ProtobufWriter();
    for (int i = 0; i < 70_000; i++) {
      empty.bytes(2, new byte[0]);
    }
    assertThatThrownBy(() -> RpcDecoder.decode(empty.toByteArray()))
        .isInstanceOf(ProtobufException.class)
        .hasMessageContaining("more fields");
    ProtobufWriter ids = new ProtobufWriter().string(1, "t");
    for (int i = 0; i < 3_000; i++) {
      ids.bytes(2, new byte[100]);
    }
    byte[] control =
        new ProtobufWriter().message(3, new ProtobufWriter().message(1, ids)).toByteArray();
    assertThatThrownBy(() -> RpcDecoder.decode(control))
        .isInstanceOf(ProtobufException.class)
        .hasMessageContaining("beside messages");
    byte[] topics =
        new ProtobufWriter()
            .message(2, new ProtobufWriter().string(4, "a").string(4, "b"))
            .toByteArray();
    assertThatThrownBy(() -> RpcDecoder.decode(topics))
        .isInstanceOf(ProtobufException.class)
        .hasMessageContaining("more than one topic");
  }
}
