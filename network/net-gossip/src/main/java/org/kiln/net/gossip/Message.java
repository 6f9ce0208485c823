package org.kiln.net.gossip;

import java.nio.charset.StandardCharsets;
import org.kiln.core.protobuf.ProtobufWriter;

/**
 * A message as it travels. Absent fields are null: whether a field is absent or empty makes a
 * difference to its signature. Immutable; the arrays are not copied and must not be changed.
 */
final class Message {
  private static final byte[] CONTEXT = "libp2p-pubsub:".getBytes(StandardCharsets.UTF_8);

  private final byte[] from;
  private final byte[] data;
  private final byte[] seqno;
  private final String topic;
  private final byte[] signature;
  private final byte[] key;
  private final byte[] unknown;
  private final String id;
  private byte[] encoded;

  Message(
      byte[] from,
      byte[] data,
      byte[] seqno,
      String topic,
      byte[] signature,
      byte[] key,
      byte[] unknown) {
    this.from = from;
    this.data = data;
    this.seqno = seqno;
    this.topic = topic;
    this.signature = signature;
    this.key = key;
    this.unknown = unknown;
    this.id = latin1(from) + latin1(seqno);
  }

  private static String latin1(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Author, as bytes of a peer id. */
  byte[] from() {
    return from;
  }

  byte[] data() {
    return data == null ? new byte[0] : data;
  }

  byte[] seqno() {
    return seqno;
  }

  String topic() {
    return topic;
  }

  byte[] signature() {
    return signature;
  }

  byte[] key() {
    return key;
  }

  /** The id as go-libp2p and Kubo make it: author and sequence number, each byte a character. */
  String id() {
    return id;
  }

  /** This message with a signature. */
  Message signed(byte[] by) {
    return new Message(from, data, seqno, topic, by, key, unknown);
  }

  /** What the signature is over. */
  byte[] signedBytes() {
    return new ProtobufWriter().raw(CONTEXT).raw(unsigned().toByteArray()).toByteArray();
  }

  /** The message on the wire. Any thread may compute it; all come to the same. */
  byte[] encoded() {
    byte[] known = encoded;
    if (known == null) {
      ProtobufWriter out = unsigned();
      if (signature != null) {
        out.bytes(5, signature);
      }
      if (key != null) {
        out.bytes(6, key);
      }
      known = out.toByteArray();
      encoded = known;
    }
    return known;
  }

  private ProtobufWriter unsigned() {
    ProtobufWriter out = new ProtobufWriter();
    if (from != null) {
      out.bytes(1, from);
    }
    if (data != null) {
      out.bytes(2, data);
    }
    if (seqno != null) {
      out.bytes(3, seqno);
    }
    if (topic != null) {
      out.string(4, topic);
    }
    return out.raw(unknown);
  }
}
