package org.kiln.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;

/** What a stream's page reads is bounded, however long the stream; counted in events. */
class NewestEventsTest {
  private static final StreamId STREAM = StreamId.of(0, Cid.sha256(Cid.DAG_CBOR, new byte[] {1}));

  private int read;

  @Test
  void shouldShowAllOfAShortStream() {
    NewestEvents found = find(LongStream.rangeClosed(7, 506), 9_000, 10);
    assertThat(sequences(found)).containsExactlyElementsOf(range(7, 506));
    assertThat(found.total()).hasValue(500);
    assertThat(found.cut()).isFalse();
  }

  @Test
  void shouldCountAStreamThatIsLongerThanThePage() {
    NewestEvents found = find(LongStream.rangeClosed(1, 3_000), 3_000, 10);
    demandTheNewest(found, 1, 2_001, 3_000);
    assertThat(found.total()).hasValue(3_000);
  }

  @Test
  void shouldNotReadAllOfALongStream() {
    NewestEvents found = find(LongStream.rangeClosed(1, 100_000), 100_000, 10);
    demandTheNewest(found, 1, 99_001, 100_000);
    assertThat(found.total()).isEmpty();
    assertThat(read).isLessThan(2 * NewestEvents.MOST_READ);
  }

  @Test
  void shouldFindTheEndOfALongStreamFarBehindInTheLog() {
    NewestEvents found = find(LongStream.rangeClosed(501, 100_500), 10_000_000, 10);
    demandTheNewest(found, 501, 99_501, 100_500);
    assertThat(read).isLessThan(20 * NewestEvents.MOST_READ);
  }

  @Test
  void shouldHoldAsManyBytesAsAPageMayHave() {
    int large = 1 << 20;
    NewestEvents found = find(LongStream.rangeClosed(1, 100), 100, large);
    assertThat(sequences(found)).startsWith(1L).endsWith(100L).hasSize(17);
    assertThat(found.total()).hasValue(100);
    assertThat(found.cut()).isTrue();
  }

  @Test
  void shouldGiveUpWhenTheTimeIsOver() {
    EventLog log = log(LongStream.rangeClosed(1, 100_000).toArray(), 100_000, 10);
    NewestEvents found = NewestEvents.of(log, STREAM, () -> read > NewestEvents.MOST_READ + 10);
    assertThat(sequences(found)).as("the first one alone").containsExactly(1L);
    assertThat(found.cut()).isTrue();
    assertThat(read).isLessThan(NewestEvents.MOST_READ + 20);
  }

  @Test
  void shouldFindNothingWhereThereIsNothing() {
    NewestEvents found = find(LongStream.empty(), 10, 10);
    assertThat(found.events()).isEmpty();
    assertThat(found.cut()).isFalse();
  }

  private static void demandTheNewest(NewestEvents found, long first, long from, long to) {
    List<Long> all = sequences(found);
    assertThat(all.get(0)).isEqualTo(first);
    List<Long> newest = all.subList(1, all.size());
    assertThat(newest).containsExactlyElementsOf(range(from, to));
    assertThat(found.cut()).isTrue();
  }

  private static List<Long> sequences(NewestEvents found) {
    return found.events().stream().map(StoredEvent::sequence).toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private NewestEvents find(LongStream events, long last, int size) {
    return NewestEvents.of(log(events.toArray(), last, size), STREAM, () -> false);
  }

  /** A log that has these numbers of the stream, and others up to the last. */
  private EventLog log(long[] events, long last, int size) {
    return (EventLog)
        Proxy.newProxyInstance(
            EventLog.class.getClassLoader(),
            new Class<?>[] {EventLog.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "lastSequence" -> last;
                  case "scanStream" -> {
                    @SuppressWarnings("unchecked")
                    Predicate<StoredEvent> sink = (Predicate<StoredEvent>) arguments[2];
                    scan(events, (Long) arguments[1], size, sink);
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private void scan(long[] events, long after, int size, Predicate<StoredEvent> sink) {
    for (long sequence : events) {
      if (sequence > after) {
        read++;
        if (!sink.test(event(sequence, size))) {
          return;
        }
      }
    }
  }

  private static StoredEvent event(long sequence, int size) {
    Block block = new Block(STREAM.init(), new byte[size]);
    return new StoredEvent(
        sequence,
        new NewEvent(
            STREAM, STREAM.init(), LogEntry.Kind.DATA, Optional.empty(), true, 1, List.of(block)));
  }
}
