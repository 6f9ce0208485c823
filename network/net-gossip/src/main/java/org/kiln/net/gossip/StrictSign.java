package org.kiln.net.gossip;

import org.kiln.api.net.PeerId;

/** The signing policy of Kubo and js-ceramic: every message is signed by its author. */
final class StrictSign {
  private static final int SEQNO = 8;

  /** Uses identity keys. */
  interface Keys {
    /** Signs with our own. */
    byte[] sign(byte[] message);

    /** Whether that peer signed it; the key may be null when the id contains it. */
    boolean verify(PeerId peer, byte[] key, byte[] message, byte[] signature);
  }

  private final byte[] self;
  private final Keys keys;

  StrictSign(PeerId self, Keys keys) {
    this.self = self.bytes();
    this.keys = keys;
  }

  /** A message of our own; its key is left out, since our id contains it. */
  Message sign(String topic, byte[] data, long seqno) {
    byte[] number = new byte[SEQNO];
    for (int i = 0; i < SEQNO; i++) {
      number[i] = (byte) (seqno >>> 8 * (SEQNO - 1 - i));
    }
    Message plain = new Message(self, data, number, topic, null, null, new byte[0]);
    return plain.signed(keys.sign(plain.signedBytes()));
  }

  /** The author, when the message is whole and signed by whom it names; null otherwise. */
  PeerId author(Message message) {
    if (message.from() == null
        || message.topic() == null
        || message.seqno() == null
        || message.seqno().length != SEQNO
        || message.signature() == null) {
      return null;
    }
    PeerId author;
    try {
      author = PeerId.of(message.from());
    } catch (IllegalArgumentException e) {
      return null;
    }
    return keys.verify(author, message.key(), message.signedBytes(), message.signature())
        ? author
        : null;
  }
}
