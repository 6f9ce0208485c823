package org.kiln.net.bitswap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.core.protobuf.ProtobufException;
import org.kiln.core.protobuf.ProtobufReader;
import org.kiln.core.protobuf.ProtobufWriter;

/**
 * One message.
 *
 * @param full whether the wants replace all earlier ones
 * @param wants what the sender wants, or wants no longer
 * @param blocks blocks the sender was asked for
 * @param presences what the sender has or has not
 * @param pendingBytes roughly how much more is on its way
 */
record BitswapMessage(
    boolean full,
    List<Want> wants,
    List<Payload> blocks,
    List<Presence> presences,
    int pendingBytes) {
  /** Longest message read (the specification's bound). */
  static final int MAX_BYTES = 4 << 20;

  /** Largest block there may be (IPFS). */
  static final int MAX_BLOCK = 2 << 20;

  /** Bytes of a want or presence on the wire, about; for bounds. */
  static final int ENTRY_BYTES = 52;

  private static final int MAX_FIELDS = 65_536;
  private static final int MAX_CID = 168;

  /**
   * A block somebody wants.
   *
   * @param priority higher comes first
   * @param cancel whether it is wanted no longer
   * @param haveOnly whether the question is only who has it
   * @param sendDontHave whether to say so when it is not there
   */
  record Want(Cid cid, int priority, boolean cancel, boolean haveOnly, boolean sendDontHave) {}

  /** A block and all of its CID but the digest. */
  record Payload(Prefix prefix, byte[] data) {}

  /** Whether the sender has a block. */
  record Presence(Cid cid, boolean has) {}

  /**
   * Reads a message. What names a CID that makes no sense is left out.
   *
   * @throws ProtobufException when it is malformed or beyond bounds
   */
  static BitswapMessage decode(byte[] bytes) throws ProtobufException {
    boolean full = false;
    List<Want> wants = new ArrayList<>();
    List<Payload> blocks = new ArrayList<>();
    List<Presence> presences = new ArrayList<>();
    int pending = 0;
    ProtobufReader reader = ProtobufReader.of(bytes, MAX_FIELDS);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> full |= wantlist(reader.message(), wants);
        case 2 -> blocks.add(new Payload(Prefix.V0, reader.bytes(MAX_BLOCK)));
        case 3 -> blocks.add(payload(reader.message()));
        case 4 -> presence(reader.message()).ifPresent(presences::add);
        case 5 -> pending = (int) reader.number();
        default -> {}
      }
    }
    return new BitswapMessage(full, wants, blocks, presences, pending);
  }

  private static boolean wantlist(ProtobufReader reader, List<Want> wants)
      throws ProtobufException {
    boolean full = false;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> want(reader.message()).ifPresent(wants::add);
        case 2 -> full = reader.number() != 0;
        default -> {}
      }
    }
    return full;
  }

  private static Optional<Want> want(ProtobufReader reader) throws ProtobufException {
    Optional<Cid> cid = Optional.empty();
    int priority = 0;
    boolean cancel = false;
    boolean haveOnly = false;
    boolean sendDontHave = false;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> cid = cid(reader);
        case 2 -> priority = (int) reader.number();
        case 3 -> cancel = reader.number() != 0;
        case 4 -> haveOnly = reader.number() == 1;
        case 5 -> sendDontHave = reader.number() != 0;
        default -> {}
      }
    }
    if (cid.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Want(cid.get(), priority, cancel, haveOnly, sendDontHave));
  }

  private static Payload payload(ProtobufReader reader) throws ProtobufException {
    byte[] prefix = {};
    byte[] data = {};
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> prefix = reader.bytes(Prefix.MAX_BYTES);
        case 2 -> data = reader.bytes(MAX_BLOCK);
        default -> {}
      }
    }
    return new Payload(Prefix.decode(prefix), data);
  }

  private static Optional<Presence> presence(ProtobufReader reader) throws ProtobufException {
    Optional<Cid> cid = Optional.empty();
    boolean has = true;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> cid = cid(reader);
        case 2 -> has = reader.number() == 0;
        default -> {}
      }
    }
    boolean there = has;
    return cid.map(known -> new Presence(known, there));
  }

  private static Optional<Cid> cid(ProtobufReader reader) throws ProtobufException {
    if (reader.length() > MAX_CID) {
      return Optional.empty();
    }
    try {
      // Whoever names an identity CID has the block already.
      return Optional.of(Cid.of(reader.bytes(MAX_CID)))
          .filter(cid -> cid.hashFunction() != Cid.IDENTITY);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The message in that version of the protocol, without what it cannot say. */
  byte[] encode(ProtocolVersion version) {
    ProtobufWriter out = new ProtobufWriter();
    if (full || !wants.isEmpty()) {
      ProtobufWriter wantlist = new ProtobufWriter();
      wants.forEach(want -> wantlist.message(1, encode(want, version)));
      if (full) {
        wantlist.number(2, 1);
      }
      out.message(1, wantlist);
    }
    for (Payload block : blocks) {
      if (version != ProtocolVersion.V1_0) {
        out.message(3, new ProtobufWriter().bytes(1, block.prefix.encode()).bytes(2, block.data));
      } else if (block.prefix.equals(Prefix.V0)) {
        out.bytes(2, block.data);
      }
    }
    if (version == ProtocolVersion.V1_2) {
      for (Presence presence : presences) {
        out.message(
            4, new ProtobufWriter().bytes(1, presence.cid.bytes()).number(2, presence.has ? 0 : 1));
      }
      if (pendingBytes > 0) {
        out.number(5, pendingBytes);
      }
    }
    return out.toByteArray();
  }

  private static ProtobufWriter encode(Want want, ProtocolVersion version) {
    ProtobufWriter out = new ProtobufWriter().bytes(1, want.cid.bytes()).number(2, want.priority);
    if (want.cancel) {
      out.number(3, 1);
    }
    if (version == ProtocolVersion.V1_2) {
      if (want.haveOnly) {
        out.number(4, 1);
      }
      if (want.sendDontHave) {
        out.number(5, 1);
      }
    }
    return out;
  }
}
