package org.kiln.events.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.events.table.Cids;
import org.kiln.events.table.Varints;

/**
 * Entries of the journal that were written together, one value of its table; see the package's
 * description for its bytes. One without entries only tells how far the journal is: the next one
 * takes its place.
 *
 * @param first the position of the first entry
 * @param sequence the newest event that is delivered or held with these entries
 * @param settled every event up to that sequence was settled
 * @param entries what happened, in order
 */
record JournalRun(long first, long sequence, long settled, List<JournalEntry> entries) {
  static final int MAX_ENTRIES = 256;

  /** Of a journal in which nothing stands. */
  static final JournalRun BEFORE_ALL = new JournalRun(1, 0, 0, List.of());

  /** Not what a record of an event begins with: a rescue takes values without their keys. */
  private static final int VERSION = 'J';

  private static final int KEY_BYTES = 2 * Long.BYTES;
  private static final int DELIVERED = 1;
  private static final int MOVED = 2;
  private static final int KIND_SHIFT = 2;
  private static final int KIND = 3;
  private static final int IS_INIT = 16;
  private static final int ALL_FLAGS = 31;
  private static final StreamChange.Kind[] KINDS = StreamChange.Kind.values();

  /** Origins without a peer, in the order of their numbers; peers are numbered after them. */
  private static final List<Origin> PLAIN = List.of(Origin.UNKNOWN, Origin.CLIENT, Origin.NODE);

  /** The position of the last entry. */
  long last() {
    return first + entries.size() - 1;
  }

  byte[] key() {
    return key(first);
  }

  /**
   * Half a byte in each byte. The store's trees have a node for each byte of a key, and write the
   * nodes on the way to what is new with every batch: of 16 children, not of 256.
   */
  static byte[] key(long position) {
    byte[] key = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      key[i] = (byte) (position >>> 4 * (KEY_BYTES - 1 - i) & 15);
    }
    return key;
  }

  /** The position that a key stands for. */
  static long position(byte[] key) {
    long position = 0;
    for (byte half : key) {
      position = position << 4 | half;
    }
    return position;
  }

  byte[] bytes() {
    Map<Origin, Integer> peers = peers();
    ByteBuffer out = ByteBuffer.allocate(bound(peers));
    out.put((byte) VERSION);
    Varints.write(sequence, out);
    Varints.write(settled, out);
    Varints.write(peers.size(), out);
    for (Origin peer : peers.keySet()) {
      byte[] text = JournalEntry.peer(peer);
      Varints.write(text.length, out);
      out.put(text);
    }
    Varints.write(entries.size(), out);
    entries.forEach(entry -> write(entry, peers, out));
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Each peer once, numbered from the plain origins on. */
  private Map<Origin, Integer> peers() {
    Map<Origin, Integer> peers = new LinkedHashMap<>();
    for (JournalEntry entry : entries) {
      if (entry.origin() instanceof Origin.Peer peer) {
        peers.putIfAbsent(peer, PLAIN.size() + peers.size());
      }
    }
    return peers;
  }

  private int bound(Map<Origin, Integer> peers) {
    int bound =
        1
            + 4 * Varints.MAX_BYTES
            + peers.size() * (Varints.MAX_BYTES + JournalEntry.MAX_PEER_BYTES);
    for (JournalEntry entry : entries) {
      bound += 1 + 3 * Varints.MAX_BYTES + entry.stream().init().size() + entry.event().size();
    }
    return bound;
  }

  private static void write(JournalEntry entry, Map<Origin, Integer> peers, ByteBuffer out) {
    Cid init = entry.stream().init();
    boolean isInit = entry.event().equals(init);
    int flags = entry.delivered() ? DELIVERED : 0;
    flags |= entry.moves().map(kind -> MOVED | kind.ordinal() << KIND_SHIFT).orElse(0);
    flags |= isInit ? IS_INIT : 0;
    out.put((byte) flags);
    int plain = PLAIN.indexOf(entry.origin());
    Varints.write(plain >= 0 ? plain : peers.get(entry.origin()), out);
    Varints.write(entry.stream().type(), out);
    out.put(init.bytes());
    if (!isInit) {
      out.put(entry.event().bytes());
    }
    if (entry.delivered()) {
      Varints.write(entry.sequence(), out);
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException, IndexOutOfBoundsException, BufferUnderflowException when it
   *     is none
   */
  static JournalRun read(byte[] key, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int version = in.get();
    if (version != VERSION) {
      throw new IllegalArgumentException("a run of version " + version);
    }
    long first = position(key);
    long sequence = Varints.read(in);
    long settled = Varints.read(in);
    List<Origin> origins = new ArrayList<>(PLAIN);
    int peers = Varints.readLength(in);
    for (int i = 0; i < peers; i++) {
      byte[] text = new byte[Varints.readLength(in)];
      in.get(text);
      origins.add(new Origin.Peer(new String(text, StandardCharsets.UTF_8)));
    }
    int count = Varints.readLength(in);
    List<JournalEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(entry(in, origins));
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes after the last entry");
    }
    return new JournalRun(first, sequence, settled, entries);
  }

  private static JournalEntry entry(ByteBuffer in, List<Origin> origins) {
    int flags = in.get();
    boolean moves = (flags & MOVED) != 0;
    int kind = flags >> KIND_SHIFT & KIND;
    if ((flags & ~ALL_FLAGS) != 0 || !moves && kind != 0) {
      throw new IllegalArgumentException("unknown flags " + flags + " of an entry");
    }
    Origin origin = origins.get(number(in));
    int type = number(in);
    Cid init = Cids.read(in);
    Cid event = (flags & IS_INIT) != 0 ? init : Cids.read(in);
    return new JournalEntry(
        StreamId.of(type, init),
        event,
        (flags & DELIVERED) != 0 ? Varints.read(in) : 0,
        moves ? Optional.of(KINDS[kind]) : Optional.empty(),
        origin);
  }

  private static int number(ByteBuffer in) {
    long number = Varints.read(in);
    if (number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(number + " names no origin and no type");
    }
    return (int) number;
  }
}
