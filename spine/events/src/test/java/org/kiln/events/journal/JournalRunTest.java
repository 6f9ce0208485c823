package org.kiln.events.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.events.TestEvents;

class JournalRunTest {
  @Property(tries = 200)
  void shouldReadWhatItWrites(
      @ForAll long seed, @ForAll @IntRange(max = JournalRun.MAX_ENTRIES) int entries) {
    Random random = new Random(seed);
    JournalRun run = run(random, entries);
    assertThat(JournalRun.read(run.key(), run.bytes())).isEqualTo(run);
    assertThat(run.last()).isEqualTo(run.first() + entries - 1);
  }

  @Property(tries = 50)
  void rejectsWhatIsNoRun(@ForAll long seed) {
    Random random = new Random(seed);
    JournalRun run = run(random, 1 + random.nextInt(5));
    byte[] bytes = run.bytes();
    byte[] shorter = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    assertThatThrownBy(() -> JournalRun.read(run.key(), shorter))
        .isInstanceOfAny(
            IllegalArgumentException.class,
            IndexOutOfBoundsException.class,
            BufferUnderflowException.class);
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> JournalRun.read(run.key(), longer))
        .isInstanceOf(IllegalArgumentException.class);
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(readOrRefused(run.key(), flipped)).as("bit %s", bit).isNotEqualTo(run);
    }
  }

  /** Null for what a reader of the journal calls damage. */
  private static JournalRun readOrRefused(byte[] key, byte[] bytes) {
    try {
      return JournalRun.read(key, bytes);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException e) {
      return null;
    }
  }

  /** A page of a client's writes is small: what is the same for all is written once. */
  @Test
  void shouldNameAPeerOnce() {
    Random random = new Random(1);
    Origin peer = new Origin.Peer("12D3KooWLRPJAA5o6hD3uCGnFfKXXJdmNZPDdPDqfUG5Vo5Mh1mF");
    List<JournalEntry> entries = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      StreamId stream = TestEvents.init(random).stream();
      entries.add(new JournalEntry(stream, stream.init(), 1 + i, Optional.empty(), peer));
    }
    assertThat(new JournalRun(1, 100, 100, entries).bytes()).hasSizeLessThan(100 * 42);
  }

  @Test
  void rejectsEntriesThatSayNothingOrTooMuch() {
    StreamId stream = TestEvents.init(new Random(1)).stream();
    assertThatThrownBy(
            () -> new JournalEntry(stream, stream.init(), 0, Optional.empty(), Origin.CLIENT))
        .isInstanceOf(IllegalArgumentException.class);
    Origin talker = new Origin.Peer("x".repeat(256));
    assertThatThrownBy(() -> new JournalEntry(stream, stream.init(), 1, Optional.empty(), talker))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("256");
  }

  private static JournalRun run(Random random, int count) {
    List<JournalEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(entry(random));
    }
    return new JournalRun(
        1 + random.nextLong(1L << 50), random.nextLong(1L << 50), random.nextInt(1000), entries);
  }

  private static JournalEntry entry(Random random) {
    Cid init = TestEvents.block(Cid.DAG_JOSE, 10, random).cid();
    StreamId stream = StreamId.of(random.nextInt(5), init);
    Cid event = random.nextBoolean() ? init : TestEvents.block(Cid.DAG_CBOR, 10, random).cid();
    boolean moves = random.nextBoolean();
    long sequence = moves && random.nextBoolean() ? 0 : 1 + random.nextLong(1L << 50);
    StreamChange.Kind[] kinds = StreamChange.Kind.values();
    return new JournalEntry(
        stream,
        event,
        sequence,
        moves ? Optional.of(kinds[random.nextInt(kinds.length)]) : Optional.empty(),
        origin(random));
  }

  private static Origin origin(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Origin.CLIENT;
      case 1 -> Origin.NODE;
      case 2 -> Origin.UNKNOWN;
      default -> new Origin.Peer("12D3Koo" + "é".repeat(random.nextInt(5)) + random.nextInt(4));
    };
  }
}
