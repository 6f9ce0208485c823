package org.kiln.events.table;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;

/**
 * One entry of the events table; see the package's description for its bytes.
 *
 * @param kind what kind of event
 * @param authenticated whether its signature was checked
 * @param receivedAt unix milliseconds
 * @param stream the stream it belongs to
 * @param eventId its key in the Recon order, if it has one
 * @param blocks its blocks, its own first
 */
public record EventRecord(
    LogEntry.Kind kind,
    boolean authenticated,
    long receivedAt,
    StreamId stream,
    Optional<EventId> eventId,
    List<Part> blocks) {

  private static final int VERSION = 1;
  private static final int KIND = 3;
  private static final int AUTHENTICATED = 4;
  private static final int HAS_EVENT_ID = 8;
  private static final LogEntry.Kind[] KINDS = LogEntry.Kind.values();

  /** A block of the event. */
  public sealed interface Part {
    Cid cid();

    /** Its bytes lie in this record. */
    record Here(Block block) implements Part {
      @Override
      public Cid cid() {
        return block.cid();
      }
    }

    /** Its bytes lie in the record of an earlier event. */
    record Elsewhere(Cid cid, Place place, int number) implements Part {}
  }

  /** The event: its own block is the first. */
  public Cid cid() {
    return blocks.getFirst().cid();
  }

  /** As it stands in the table. */
  public byte[] bytes() {
    byte[] init = stream.init().bytes();
    byte[] idHead = eventId.map(EventRecord::head).orElse(null);
    ByteBuffer out = ByteBuffer.allocate(size(init, idHead));
    out.put((byte) VERSION);
    out.put((byte) flags());
    Varints.write(receivedAt, out);
    Varints.write(stream.type(), out);
    out.put(init);
    if (idHead != null) {
      Varints.write(idHead.length, out);
      out.put(idHead);
    }
    Varints.write(blocks.size(), out);
    for (Part part : blocks) {
      out.put(part.cid().bytes());
      switch (part) {
        case Part.Here here -> {
          out.put((byte) 0);
          Varints.write(here.block.size(), out);
          here.block.writeTo(out);
        }
        case Part.Elsewhere elsewhere -> {
          out.put((byte) 1);
          elsewhere.place.write(out);
          Varints.write(elsewhere.number, out);
        }
      }
    }
    return out.array();
  }

  private int size(byte[] init, byte[] idHead) {
    int size = 2 + Varints.size(receivedAt) + Varints.size(stream.type()) + init.length;
    size += idHead == null ? 0 : Varints.size(idHead.length) + idHead.length;
    size += Varints.size(blocks.size());
    for (Part part : blocks) {
      size += part.cid().size() + 1;
      size +=
          switch (part) {
            case Part.Here here -> Varints.size(here.block.size()) + here.block.size();
            case Part.Elsewhere elsewhere -> Place.BYTES + Varints.size(elsewhere.number);
          };
    }
    return size;
  }

  private int flags() {
    return kind.ordinal()
        | (authenticated ? AUTHENTICATED : 0)
        | (eventId.isPresent() ? HAS_EVENT_ID : 0);
  }

  /** The EventId without its event's CID, which is the record's. */
  private static byte[] head(EventId id) {
    byte[] bytes = id.bytes();
    return Arrays.copyOf(bytes, bytes.length - id.event().size());
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException or IndexOutOfBoundsException or BufferUnderflowException when
   *     it is none
   */
  public static EventRecord read(byte[] source) {
    ByteBuffer in = ByteBuffer.wrap(source);
    int version = in.get();
    if (version != VERSION) {
      throw new IllegalArgumentException("An event record of version " + version);
    }
    int flags = in.get();
    long receivedAt = Varints.read(in);
    int type = (int) Varints.read(in);
    Cid init = Cids.read(in);
    byte[] idHead = (flags & HAS_EVENT_ID) == 0 ? null : readBytes(in);
    int count = Varints.readLength(in);
    if (count == 0) {
      throw new IllegalArgumentException("An event record without a block");
    }
    List<Part> blocks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Cid cid = Cids.read(in);
      blocks.add(
          in.get() == 0
              ? new Part.Here(Block.wrap(cid, readBytes(in)))
              : new Part.Elsewhere(cid, Place.read(in), (int) Varints.read(in)));
    }
    return new EventRecord(
        KINDS[flags & KIND],
        (flags & AUTHENTICATED) != 0,
        receivedAt,
        StreamId.of(type, init),
        Optional.ofNullable(idHead).map(head -> eventId(head, blocks.getFirst().cid())),
        blocks);
  }

  private static EventId eventId(byte[] head, Cid event) {
    byte[] bytes = Arrays.copyOf(head, head.length + event.size());
    System.arraycopy(event.bytes(), 0, bytes, head.length, event.size());
    return EventId.of(bytes);
  }

  private static byte[] readBytes(ByteBuffer in) {
    byte[] bytes = new byte[Varints.readLength(in)];
    in.get(bytes);
    return bytes;
  }

  /** A block whose bytes lie here. */
  Optional<Block> block(int number) {
    return blocks.get(number) instanceof Part.Here here
        ? Optional.of(here.block)
        : Optional.empty();
  }
}
