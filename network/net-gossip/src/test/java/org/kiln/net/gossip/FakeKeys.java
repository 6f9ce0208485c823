package org.kiln.net.gossip;

import java.util.Arrays;
import org.kiln.api.net.PeerId;

/** Signatures that cost nothing: a peer's is its id and the message's hash code. */
final class FakeKeys implements StrictSign.Keys {
  private final PeerId self;

  FakeKeys(PeerId self) {
    this.self = self;
  }

  static PeerId peer(int number) {
    byte[] id = new byte[38];
    id[1] = 36;
    id[2] = 8;
    id[3] = 1;
    id[4] = 0x12;
    id[5] = 32;
    id[36] = (byte) (number >> 8);
    id[37] = (byte) number;
    return PeerId.of(id);
  }

  private static byte[] signature(PeerId by, byte[] message) {
    byte[] signature = Arrays.copyOf(by.bytes(), 64);
    int hash = Arrays.hashCode(message);
    for (int i = 0; i < 4; i++) {
      signature[60 + i] = (byte) (hash >> 8 * i);
    }
    return signature;
  }

  @Override
  public byte[] sign(byte[] message) {
    return signature(self, message);
  }

  @Override
  public boolean verify(PeerId peer, byte[] key, byte[] message, byte[] signature) {
    return key == null && Arrays.equals(signature, signature(peer, message));
  }
}
