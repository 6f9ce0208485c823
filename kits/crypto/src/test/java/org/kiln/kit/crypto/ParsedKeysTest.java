package org.kiln.kit.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ParsedKeysTest {
  private final AtomicInteger parsed = new AtomicInteger();

  private ParsedKeys<String> keys(int slots) {
    return new ParsedKeys<>(
        slots,
        bytes -> {
          parsed.incrementAndGet();
          return bytes.length == 0 ? null : new String(bytes, StandardCharsets.UTF_8);
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldParseAKeyOnce() {
    ParsedKeys<String> keys = keys(16);
    assertThat(keys.get(bytes("a"))).isEqualTo("a");
    assertThat(keys.get(bytes("a"))).isEqualTo("a");
    assertThat(parsed).hasValue(1);
  }

  @Test
  void shouldTellKeysOfOneSlotApart() {
    ParsedKeys<String> keys = keys(1);
    for (String key : new String[] {"a", "b", "a", "b"}) {
      assertThat(keys.get(bytes(key))).isEqualTo(key);
    }
    assertThat(parsed).hasValue(4);
  }

  @Test
  void shouldNotBeChangedByWhoHandedTheBytesOver() {
    ParsedKeys<String> keys = keys(1);
    byte[] key = bytes("a");
    keys.get(key);
    key[0] = 'b';
    assertThat(keys.get(key)).isEqualTo("b");
  }

  @Test
  void shouldNotRememberAMalformedKey() {
    ParsedKeys<String> keys = keys(16);
    assertThat(keys.get(new byte[0])).isNull();
    assertThat(keys.get(new byte[0])).isNull();
    assertThat(parsed).hasValue(2);
  }

  @Test
  void rejectsASizeThatIsNoPowerOfTwo() {
    assertThatThrownBy(() -> keys(12)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keys(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
