package org.kiln.store.xodus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class KeyCodeTest {
  @Provide
  Arbitrary<byte[]> keys() {
    return Arbitraries.of((byte) 0, (byte) 1, (byte) 2, (byte) 0x7f, (byte) 0x80, (byte) 0xff)
        .array(byte[].class)
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Property
  void shouldGiveTheKeyBack(@ForAll("keys") byte[] key) {
    assertThat(KeyCode.decode(KeyCode.key(key))).isEqualTo(key);
  }

  @Property
  void shouldKeepTheOrderOfKeysAndBounds(@ForAll("keys") byte[] key, @ForAll("keys") byte[] other) {
    int order = Integer.signum(Arrays.compareUnsigned(key, other));
    assertThat(Integer.signum(KeyCode.key(key).compareTo(KeyCode.key(other)))).isEqualTo(order);
    boolean below = KeyCode.key(key).compareTo(KeyCode.bound(other)) < 0;
    assertThat(below).isEqualTo(order < 0);
  }

  @Property
  void shouldLetNoKeyBeginWithAnother(@ForAll("keys") byte[] key, @ForAll("keys") byte[] other) {
    byte[] one = XodusCursor.bytes(KeyCode.key(key));
    byte[] two = XodusCursor.bytes(KeyCode.key(other));
    boolean begins = one.length <= two.length && Arrays.mismatch(one, two) == one.length;
    assertThat(begins).isFalse();
  }
}
