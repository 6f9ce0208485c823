package org.kiln.libp2p.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
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
}
