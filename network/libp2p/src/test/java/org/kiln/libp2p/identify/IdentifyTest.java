package org.kiln.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.Multiaddr;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.key.HostKey;

class IdentifyTest {
  private final HostKey key = HostKey.random();
  private final Multiaddr address = Multiaddrs.parse("/ip4/1.2.3.4/tcp/5");

  @Test
  void shouldReadWhatItWrote() throws Exception {
    IdentifyMessage message =
        new IdentifyMessage(
            Optional.of(key.publicKey().encode()),
            List.of(address),
            Set.of("/a", "/b"),
            Optional.of(address),
            Optional.of("kiln/1"),
            Optional.of(PeerRecord.sign(key, 7, List.of(address)).envelope()));
    IdentifyMessage read = IdentifyMessage.decode(message.encode());
    assertThat(read).usingRecursiveComparison().isEqualTo(message);
    PeerRecord record = PeerRecord.open(read.signedRecord().get());
    assertThat(record.peer()).isEqualTo(key.publicKey().peerId());
    assertThat(record.addresses()).containsExactly(address);
  }

  @Test
  void shouldSkipAddressesItCannotReadAndTakePeersOff() throws Exception {
    byte[] bytes =
        new ProtobufWriter()
            .bytes(2, new byte[] {(byte) 0xff, 0x7f, 1})
            .bytes(2, address.withPeer(key.publicKey().peerId()).bytes())
            .bytes(4, new byte[0])
            .string(6, "a\nb")
            .number(99, 1)
            .toByteArray();
    IdentifyMessage message = IdentifyMessage.decode(bytes);
    assertThat(message.listen()).containsExactly(address);
    assertThat(message.observed()).isEmpty();
    assertThat(message.agent()).contains("a?b");
  }

  @Test
  void shouldChangeOnlyWhatAPushNames() throws Exception {
    IdentifyMessage before =
        new IdentifyMessage(
            Optional.empty(),
            List.of(address),
            Set.of("/a"),
            Optional.empty(),
            Optional.of("x"),
            Optional.empty());
    IdentifyMessage push =
        IdentifyMessage.decode(new ProtobufWriter().string(3, "/b").toByteArray());
    IdentifyMessage after = before.update(push);
    assertThat(after.protocols()).containsExactly("/b");
    assertThat(after.listen()).containsExactly(address);
    assertThat(after.agent()).contains("x");
    assertThat(before.merge(push).protocols()).containsExactlyInAnyOrder("/a", "/b");
  }

  @Test
  void shouldBoundWhatItKeeps() throws Exception {
    ProtobufWriter many = new ProtobufWriter();
    for (int i = 0; i < 200; i++) {
      many.bytes(2, Multiaddrs.parse("/ip4/1.2.3.4/tcp/" + (i + 1)).bytes());
      many.string(3, "/" + "x".repeat(300));
    }
    IdentifyMessage message = IdentifyMessage.decode(many.toByteArray());
    assertThat(message.listen()).hasSize(64);
    assertThat(message.protocols()).isEmpty();
  }

  @Test
  void rejectsRecordsNotSignedByThePeerTheySpeakOf() throws Exception {
    byte[] good = PeerRecord.sign(key, 1, List.of(address)).envelope();
    for (int at : new int[] {8, good.length - 1, good.length / 2}) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertThatThrownBy(() -> PeerRecord.open(bad)).isInstanceOf(ProtobufException.class);
    }
    // Another's key over an honest payload.
    HostKey other = HostKey.random();
    ProtobufWriter stolen = new ProtobufWriter();
    byte[] otherEnvelope = PeerRecord.sign(other, 1, List.of(address)).envelope();
    ProtobufReader reader = ProtobufReader.of(otherEnvelope, 10);
    while (reader.next()) {
      if (reader.field() == 1) {
        stolen.bytes(1, key.publicKey().encode());
      } else {
        stolen.raw(reader.raw());
      }
    }
    assertThatThrownBy(() -> PeerRecord.open(stolen.toByteArray()))
        .hasMessageContaining("wrong signature");
  }
}
