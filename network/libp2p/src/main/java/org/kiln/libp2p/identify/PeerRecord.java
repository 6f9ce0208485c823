package org.kiln.libp2p.identify;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Varint;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.key.PublicKey;

/**
 * Where a peer listens, in its own words and signed by it.
 *
 * @param peer whose addresses they are
 * @param sequence rises with each record of a peer; the highest counts
 * @param addresses without the peer id
 * @param envelope the signed form, to be handed on
 * @see <a href="https://github.com/libp2p/specs/blob/master/RFC/0003-routing-records.md">RFC 3</a>
 */
public record PeerRecord(PeerId peer, long sequence, List<Multiaddr> addresses, byte[] envelope) {
  /** Longest envelope accepted. */
  public static final int MAX_BYTES = 8 * 1024;

  private static final int MAX_FIELDS = 512;
  private static final int MAX_ADDRESSES = 64;
  // The RFC names other strings; these are what all implementations use.
  private static final String DOMAIN = "libp2p-peer-record";
  private static final byte[] PAYLOAD_TYPE = {0x03, 0x01};

  /** Signs a record of our own. */
  public static PeerRecord sign(HostKey key, long sequence, List<Multiaddr> addresses) {
    PeerId self = key.publicKey().peerId();
    ProtobufWriter record = new ProtobufWriter().bytes(1, self.bytes()).number(2, sequence);
    for (Multiaddr address : addresses) {
      record.message(3, new ProtobufWriter().bytes(1, address.bytes()));
    }
    byte[] payload = record.toByteArray();
    byte[] envelope =
        new ProtobufWriter()
            .bytes(1, key.publicKey().encode())
            .bytes(2, PAYLOAD_TYPE)
            .bytes(3, payload)
            .bytes(5, key.sign(signedBytes(payload)))
            .toByteArray();
    return new PeerRecord(self, sequence, List.copyOf(addresses), envelope);
  }

  /**
   * Reads and checks an envelope.
   *
   * @throws ProtobufException when it is malformed, holds another kind of record, or is not signed
   *     by the peer it speaks of
   */
  public static PeerRecord open(byte[] envelope) throws ProtobufException {
    byte[] key = {};
    byte[] type = {};
    byte[] payload = {};
    byte[] signature = {};
    ProtobufReader reader = ProtobufReader.of(envelope, MAX_FIELDS);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> key = reader.bytes(PublicKey.MAX_BYTES);
        case 2 -> type = reader.bytes(64);
        case 3 -> payload = reader.bytes(MAX_BYTES);
        case 5 -> signature = reader.bytes(1024);
        default -> {}
      }
    }
    if (!Arrays.equals(type, PAYLOAD_TYPE)) {
      throw new ProtobufException("An envelope that holds no peer record");
    }
    PublicKey signer = PublicKey.decode(key);
    if (!signer.verify(signedBytes(payload), signature)) {
      throw new ProtobufException("A peer record with a wrong signature");
    }
    return read(payload, signer.peerId(), envelope);
  }

  private static PeerRecord read(byte[] payload, PeerId signer, byte[] envelope)
      throws ProtobufException {
    byte[] peer = {};
    long sequence = 0;
    List<Multiaddr> addresses = new ArrayList<>();
    ProtobufReader reader = ProtobufReader.of(payload, MAX_FIELDS);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> peer = reader.bytes(PeerId.MAX_BYTES);
        case 2 -> sequence = reader.number();
        case 3 -> {
          ProtobufReader info = reader.message();
          while (info.next()) {
            if (info.field() == 1 && addresses.size() < MAX_ADDRESSES) {
              Addresses.add(info.bytes(MAX_BYTES), addresses);
            }
          }
        }
        default -> {}
      }
    }
    if (!Arrays.equals(peer, signer.bytes())) {
      throw new ProtobufException("A peer record that another peer has signed");
    }
    return new PeerRecord(signer, sequence, List.copyOf(addresses), envelope);
  }

  private static byte[] signedBytes(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] domain = DOMAIN.getBytes(StandardCharsets.US_ASCII);
    for (byte[] part : List.of(domain, PAYLOAD_TYPE, payload)) {
      Varint.write(part.length, out);
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
