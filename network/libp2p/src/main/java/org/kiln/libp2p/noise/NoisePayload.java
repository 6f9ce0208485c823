package org.kiln.libp2p.noise;

import java.util.ArrayList;
import java.util.List;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;
import org.kiln.libp2p.key.PublicKey;

/**
 * What each side tells the other under the handshake's encryption.
 *
 * @param identityKey serialised public key
 * @param identitySignature of the static Noise key, by that key
 * @param muxers stream multiplexers by preference, empty when none are named
 */
record NoisePayload(byte[] identityKey, byte[] identitySignature, List<String> muxers) {
  private static final int MAX_FIELDS = 64;
  private static final int MAX_MUXERS = 16;
  private static final int MAX_NAME = 128;
  private static final int MAX_SIGNATURE = 1024;

  static NoisePayload decode(byte[] bytes) throws ProtobufException {
    byte[] key = {};
    byte[] signature = {};
    List<String> muxers = new ArrayList<>();
    ProtobufReader reader = ProtobufReader.of(bytes, MAX_FIELDS);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> key = reader.bytes(PublicKey.MAX_BYTES);
        case 2 -> signature = reader.bytes(MAX_SIGNATURE);
        case 4 -> extensions(reader.message(), muxers);
        default -> {}
      }
    }
    return new NoisePayload(key, signature, List.copyOf(muxers));
  }

  private static void extensions(ProtobufReader reader, List<String> muxers)
      throws ProtobufException {
    while (reader.next()) {
      if (reader.field() == 2 && muxers.size() < MAX_MUXERS) {
        muxers.add(reader.string(MAX_NAME));
      }
    }
  }

  byte[] encode() {
    ProtobufWriter out = new ProtobufWriter().bytes(1, identityKey).bytes(2, identitySignature);
    if (!muxers.isEmpty()) {
      ProtobufWriter extensions = new ProtobufWriter();
      muxers.forEach(muxer -> extensions.string(2, muxer));
      out.message(4, extensions);
    }
    return out.toByteArray();
  }
}
