package org.kiln.net.gossip;

import java.io.IOException;
import org.kiln.api.net.PeerId;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.key.PublicKey;

/** Signatures as the host makes and checks them. */
final class RealKeys implements StrictSign.Keys {
  private final HostKey own;

  RealKeys(HostKey own) {
    this.own = own;
  }

  @Override
  public byte[] sign(byte[] message) {
    return own.sign(message);
  }

  @Override
  public boolean verify(PeerId peer, byte[] key, byte[] message, byte[] signature) {
    try {
      PublicKey signer = PublicKey.decode(key == null ? peer.publicKey().orElseThrow() : key);
      return signer.peerId().equals(peer) && signer.verify(message, signature);
    } catch (IOException e) {
      return false;
    }
  }
}
