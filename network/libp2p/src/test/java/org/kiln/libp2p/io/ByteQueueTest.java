package org.kiln.libp2p.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ByteQueueTest {
  @Property(tries = 200)
  void shouldGiveBackWhatCameInOrder(
      @ForAll @Size(max = 30) List<@IntRange(max = 20_000) Integer> sizes, @ForAll long seed) {
    Random random = new Random(seed);
    ByteQueue queue = new ByteQueue();
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int size : sizes) {
      byte[] bytes = new byte[size + random.nextInt(100)];
      random.nextBytes(bytes);
      int offset = bytes.length - size;
      queue.add(bytes, offset, size);
      in.write(bytes, offset, size);
      byte[] some = new byte[random.nextInt(20_000)];
      out.write(some, 0, queue.poll(some, 0, some.length));
      assertThat(queue.size()).isEqualTo(in.size() - out.size());
    }
    out.writeBytes(queue.pollAll());
    assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
    assertThat(queue.poll(new byte[1], 0, 1)).isZero();
  }

  @Example
  void shouldHoldMemoryForAsLongAsItsSliceIsUnread() {
    MessageBuffer first = filled(1);
    MessageBuffer second = filled(2);
    ByteQueue queue = new ByteQueue();
    for (MessageBuffer buffer : List.of(first, second)) {
      queue.add(buffer.array(), 0, 20_000, buffer);
      queue.add(buffer.array(), 20_000, 100, buffer);
      queue.add(buffer.array(), 20_100, 40_000, buffer);
      buffer.release();
    }
    byte[] all = new byte[60_100];
    assertThat(queue.poll(all, 0, 60_099)).isEqualTo(60_099);
    assertThat(first.refCnt()).isEqualTo(1);
    assertThat(queue.poll(all, 60_099, 1)).isEqualTo(1);
    assertThat(all).containsOnly(1);
    assertThat(first.refCnt()).isZero();
    assertThat(second.refCnt()).isEqualTo(2);
    queue.clear();
    assertThat(second.refCnt()).isZero();
  }

  private static MessageBuffer filled(int value) {
    MessageBuffer buffer = MessageBuffer.take();
    Arrays.fill(buffer.array(), (byte) value);
    return buffer;
  }
}
