package org.kiln.net.gossip;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;

/** Reads frames under a budget, so that a small frame cannot become a heap of objects. */
final class RpcDecoder {
  /** The largest frame, as go-libp2p has it. */
  static final int MAX_FRAME = 1 << 20;

  /** The longest topic, in bytes. */
  static final int MAX_TOPIC = 256;

  private static final int MAX_FIELDS = 65_536;
  private static final int MAX_CONTROL = 256 * 1024;
  private static final int MAX_ID = 1024;
  private static final int MAX_SMALL = 128;
  private static final int MAX_KEY = 2048;

  private final List<Rpc.Subscription> subscriptions = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  private final List<Rpc.Have> haves = new ArrayList<>();
  private final List<String> wants = new ArrayList<>();
  private final List<String> grafts = new ArrayList<>();
  private final List<Rpc.Prune> prunes = new ArrayList<>();
  private int control;

  private RpcDecoder() {}

  /**
   * Reads a frame.
   *
   * @throws ProtobufException when it is malformed or over the budget
   */
  static Rpc decode(byte[] frame) throws ProtobufException {
    RpcDecoder decoder = new RpcDecoder();
    decoder.rpc(ProtobufReader.of(frame, MAX_FIELDS));
    return new Rpc(
        decoder.subscriptions,
        decoder.messages,
        decoder.haves,
        decoder.wants,
        decoder.grafts,
        decoder.prunes);
  }

  private void rpc(ProtobufReader in) throws ProtobufException {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          spend(in.length());
          subscription(in.message());
        }
        case 2 -> {
          Message message = message(in.message());
          spend(in.length() - message.data().length);
          messages.add(message);
        }
        case 3 -> {
          spend(in.length());
          control(in.message());
        }
        default -> spend(in.length());
      }
    }
  }

  private void spend(int bytes) throws ProtobufException {
    control += bytes;
    if (control > MAX_CONTROL) {
      throw new ProtobufException("A frame of more than " + MAX_CONTROL + " bytes beside messages");
    }
  }

  private void subscription(ProtobufReader in) throws ProtobufException {
    boolean subscribe = false;
    String topic = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> subscribe = in.number() != 0;
        case 2 -> topic = in.string(MAX_TOPIC);
        default -> {}
      }
    }
    if (topic != null) {
      subscriptions.add(new Rpc.Subscription(topic, subscribe));
    }
  }

  private static Message message(ProtobufReader in) throws ProtobufException {
    byte[] from = null;
    byte[] data = null;
    byte[] seqno = null;
    String topic = null;
    byte[] signature = null;
    byte[] key = null;
    ByteArrayOutputStream unknown = new ByteArrayOutputStream(0);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> from = in.bytes(MAX_SMALL);
        case 2 -> data = in.bytes(MAX_FRAME);
        case 3 -> seqno = in.bytes(MAX_SMALL);
        case 4 -> {
          if (topic != null) {
            throw new ProtobufException("A message on more than one topic");
          }
          topic = in.string(MAX_TOPIC);
        }
        case 5 -> signature = in.bytes(MAX_KEY);
        case 6 -> key = in.bytes(MAX_KEY);
        default -> unknown.writeBytes(in.raw());
      }
    }
    return new Message(from, data, seqno, topic, signature, key, unknown.toByteArray());
  }

  private void control(ProtobufReader in) throws ProtobufException {
    while (in.next()) {
      switch (in.field()) {
        case 1 -> have(in.message());
        case 2 -> ids(in.message(), 1, wants);
        case 3 -> {
          String topic = topic(in.message());
          if (topic != null) {
            grafts.add(topic);
          }
        }
        case 4 -> prune(in.message());
        default -> {}
      }
    }
  }

  private void have(ProtobufReader in) throws ProtobufException {
    String topic = null;
    List<String> ids = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> topic = in.string(MAX_TOPIC);
        case 2 -> ids.add(id(in));
        default -> {}
      }
    }
    if (topic != null && !ids.isEmpty()) {
      haves.add(new Rpc.Have(topic, ids));
    }
  }

  private static void ids(ProtobufReader in, int field, List<String> ids) throws ProtobufException {
    while (in.next()) {
      if (in.field() == field) {
        ids.add(id(in));
      }
    }
  }

  private static String id(ProtobufReader in) throws ProtobufException {
    return new String(in.bytes(MAX_ID), StandardCharsets.ISO_8859_1);
  }

  private static String topic(ProtobufReader in) throws ProtobufException {
    String topic = null;
    while (in.next()) {
      if (in.field() == 1) {
        topic = in.string(MAX_TOPIC);
      }
    }
    return topic;
  }

  /** Peer exchange (field 2) is passed over: no peer of ours ever earns the score it takes. */
  private void prune(ProtobufReader in) throws ProtobufException {
    String topic = null;
    long backoff = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> topic = in.string(MAX_TOPIC);
        case 3 -> backoff = in.number();
        default -> {}
      }
    }
    if (topic != null) {
      prunes.add(new Rpc.Prune(topic, backoff));
    }
  }
}
