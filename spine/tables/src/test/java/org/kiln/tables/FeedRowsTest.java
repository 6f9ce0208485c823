package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/** A feed of rows that a test makes: a number each, and a text. */
class FeedRowsTest {
  private static final String ORDER = "n";

  private final Progress progress = new Progress();
  private final List<Long> sizes = new ArrayList<>();
  private String text = "";
  private long mostNumbers = Long.MAX_VALUE;
  private boolean busy;
  private long heldBytes;
  private long mostHeldBytes;
  private int open;

  private FeedRows feed(long highest) {
    progress.reached(Optional.empty(), Map.of(ORDER, highest));
    return new FeedRows(this::read, progress, ORDER, 0, Long.MAX_VALUE, () -> {});
  }

  private Optional<FeedRows.Piece> read(long after, long to, Duration patience) throws SqlRefusal {
    if (busy) {
      return Optional.empty();
    }
    sizes.add(to - after);
    if (to - after > mostNumbers) {
      throw new SqlRefusal(Reason.LIMIT, "too long");
    }
    open++;
    heldBytes = 0;
    Iterator<Long> left = LongStream.rangeClosed(after + 1, to).iterator();
    return Optional.of(
        new FeedRows.Piece() {
          @Override
          public List<Object[]> next() {
            if (!left.hasNext()) {
              return List.of();
            }
            heldBytes += text.length();
            mostHeldBytes = Math.max(mostHeldBytes, heldBytes);
            return List.<Object[]>of(new Object[] {left.next(), text});
          }

          @Override
          public void close() {
            open--;
          }
        });
  }

  private List<Long> numbers(FeedRows feed) throws Exception {
    List<Long> numbers = new ArrayList<>();
    for (List<Object[]> some = feed.next(Duration.ZERO).orElseThrow();
        !some.isEmpty();
        some = feed.next(Duration.ZERO).orElseThrow()) {
      some.forEach(row -> numbers.add((Long) row[0]));
    }
    return numbers;
  }

  private static List<Long> all(long highest) {
    return LongStream.rangeClosed(1, highest).boxed().toList();
  }

  @Test
  void shouldReadSmallRowsInLargePieces() throws Exception {
    assertThat(numbers(feed(20_000))).isEqualTo(all(20_000));
    assertThat(sizes).startsWith(256L, 512L, 1_024L, 2_048L, 4_096L, 4_096L);
    assertThat(open).isZero();
  }

  @Test
  void shouldHoldFewLargeRows() throws Exception {
    text = "x".repeat(700_000);
    assertThat(numbers(feed(300))).isEqualTo(all(300));
    assertThat(mostHeldBytes).isLessThan(FeedRows.MOST_BYTES + 2 * text.length());
    assertThat(sizes).startsWith(256L, 128L).endsWith(1L);
    assertThat(open).isZero();
  }

  @Test
  void shouldGiveARowThatIsLargerThanAPieceMayBe() throws Exception {
    text = "x".repeat(5_000_000);
    assertThat(numbers(feed(3))).isEqualTo(all(3));
  }

  @Test
  void shouldReadInSmallerPiecesWhatTakesTooMuch() throws Exception {
    mostNumbers = 3;
    assertThat(numbers(feed(100))).isEqualTo(all(100));
    mostNumbers = 0;
    FeedRows feed = feed(100);
    assertThatThrownBy(() -> numbers(feed)).isInstanceOf(SqlRefusal.class).hasMessage("too long");
    assertThat(open).isZero();
  }

  @Test
  void shouldWaitForATurnAsForARow() throws Exception {
    FeedRows feed = feed(5);
    busy = true;
    assertThat(feed.next(Duration.ofMillis(1))).hasValue(List.of());
    assertThat(feed.place()).isZero();
    busy = false;
    assertThat(numbers(feed)).isEqualTo(all(5));
    assertThat(feed.place()).isEqualTo(5);
  }
}
