package org.kiln.net.recon.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.core.log.RangeHash;

/** The table of the specification, line by line; fenceposts are upper-case letters. */
class ComparisonTest {
  private static final Key LOW = key("A");
  private static final Key HIGH = key("z~");

  private static Key key(String text) {
    return Key.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Keys keys(String letters) {
    Keys keys = new Keys(key -> key.bytes()[0] < 'a' || key.equals(HIGH));
    for (String letter : letters.split("")) {
      if (!letter.isEmpty()) {
        keys.values.put(key(letter), new byte[0]);
      }
    }
    return keys;
  }

  private static RangeDigest digest(String letters, Key first, Key last) {
    return RangeDigest.of(keys(letters), new KeyRange(first, last));
  }

  private static List<RangeDigest> unsynchronized(Comparison comparison) {
    assertThat(comparison).isInstanceOf(Comparison.Unsynchronized.class);
    return ((Comparison.Unsynchronized) comparison).own();
  }

  @Test
  void shouldSeeThatBothHaveTheSame() {
    RangeDigest remote = digest("abc", LOW, HIGH);
    assertThat(Comparison.of(keys("abc"), remote)).isEqualTo(new Comparison.Synchronized(remote));
    assertThat(Comparison.of(keys(""), digest("", LOW, HIGH)))
        .isInstanceOf(Comparison.Synchronized.class);
  }

  @Test
  void shouldAskForAllWhenItHasNothing() {
    assertThat(unsynchronized(Comparison.of(keys("a"), digest("abc", key("b"), HIGH))))
        .containsExactly(RangeDigest.empty(key("b"), HIGH));
  }

  @Test
  void shouldGiveAllToWhoHasNothing() {
    assertThat(Comparison.of(keys("abc"), RangeDigest.empty(LOW, HIGH)))
        .isEqualTo(new Comparison.RemoteMissing(new KeyRange(LOW, HIGH)));
    // Only the key the range begins with, which is here too.
    assertThat(Comparison.of(keys("abc"), digest("a", key("a"), HIGH)))
        .isEqualTo(new Comparison.RemoteMissing(new KeyRange(key("a"), HIGH)));
  }

  @Test
  void shouldAskForTheBoundingKeyThatItLacks() {
    assertThat(unsynchronized(Comparison.of(keys("bcde"), digest("a", key("a"), key("e")))))
        .containsExactly(RangeDigest.empty(key("a"), key("b")), digest("bcd", key("b"), key("e")));
  }

  @Test
  void shouldTellUpToFourKeysSingly() {
    assertThat(unsynchronized(Comparison.of(keys("ae"), digest("bcde", LOW, HIGH))))
        .containsExactly(
            RangeDigest.empty(LOW, key("a")),
            digest("a", key("a"), key("e")),
            digest("e", key("e"), HIGH));
    assertThat(unsynchronized(Comparison.of(keys("abcd"), digest("abx", key("a"), HIGH))))
        .hasSize(4);
  }

  @Test
  void shouldHalveMore() {
    assertThat(unsynchronized(Comparison.of(keys("abcdefg"), digest("abcdef", LOW, HIGH))))
        .containsExactly(digest("abc", LOW, key("d")), digest("defg", key("d"), HIGH));
  }

  @Test
  void shouldQuarterMoreAmongOurOwnMake() {
    Comparison comparison =
        Comparison.of(keys("abcdefg"), digest("abcdef", LOW, HIGH), Comparison.QUARTERS);
    assertThat(unsynchronized(comparison))
        .containsExactly(
            digest("a", LOW, key("b")),
            digest("bc", key("b"), key("d")),
            digest("de", key("d"), key("f")),
            digest("fg", key("f"), HIGH));
  }

  @Test
  void shouldGoByTheHashNotTheCount() {
    RangeDigest lies = new RangeDigest(LOW, new RangeHash(7, RangeHash.EMPTY.hash()), HIGH);
    assertThat(Comparison.of(keys("abc"), lies)).isInstanceOf(Comparison.RemoteMissing.class);
  }

  @Test
  void shouldBearARangeThatEndsBeforeItBegins() {
    RangeDigest inverted = new RangeDigest(HIGH, Keys.of(key("a")), LOW);
    assertThat(unsynchronized(Comparison.of(keys("abc"), inverted)))
        .containsExactly(RangeDigest.empty(HIGH, LOW));
  }
}
