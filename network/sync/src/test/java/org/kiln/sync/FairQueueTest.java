package org.kiln.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;

class FairQueueTest {
  private static final Payer FLOODER = payer(1);
  private static final Payer OTHER = payer(2);

  private static Payer payer(int number) {
    return new Payer(World.peer(number), false);
  }

  private static StreamId stream(int number) {
    return StreamId.of(World.TYPE, World.block(Ipld.of(number)).cid());
  }

  private static Optional<String> next(FairQueue<String> queue) {
    return queue.next(payer -> true, item -> true);
  }

  private static List<String> all(FairQueue<String> queue) {
    List<String> items = new ArrayList<>();
    for (Optional<String> item = next(queue); item.isPresent(); item = next(queue)) {
      items.add(item.get());
    }
    return items;
  }

  @Test
  void shouldTakeTurnsByPayerAndThenByStream() {
    FairQueue<String> queue = new FairQueue<>(4, 100, 100);
    for (int i = 0; i < 3; i++) {
      queue.offer(FLOODER, stream(1), "flood of one " + i);
    }
    queue.offer(FLOODER, stream(2), "flood of another");
    queue.offer(OTHER, stream(1), "honest");
    assertThat(all(queue))
        .containsExactly(
            "flood of one 0", "honest", "flood of another", "flood of one 1", "flood of one 2");
    assertThat(queue.size()).isZero();
  }

  @Test
  void shouldKeepTheNewestOfAStreamAndRefuseMoreThanAPayerMayHave() {
    FairQueue<String> queue = new FairQueue<>(2, 3, 100);
    assertThat(queue.offer(FLOODER, stream(1), "a")).isEqualTo(FairQueue.Offer.TAKEN);
    assertThat(queue.offer(FLOODER, stream(1), "b")).isEqualTo(FairQueue.Offer.TAKEN);
    assertThat(queue.offer(FLOODER, stream(1), "c")).isEqualTo(FairQueue.Offer.DISPLACED);
    assertThat(queue.offer(FLOODER, stream(2), "d")).isEqualTo(FairQueue.Offer.TAKEN);
    assertThat(queue.offer(FLOODER, stream(3), "e")).isEqualTo(FairQueue.Offer.FULL);
    assertThat(queue.offer(OTHER, stream(3), "f")).isEqualTo(FairQueue.Offer.TAKEN);
    assertThat(all(queue)).containsExactlyInAnyOrder("b", "c", "d", "f");
  }

  @Test
  void shouldShortenTheLongestWhenThereIsTooMuch() {
    FairQueue<String> queue = new FairQueue<>(1, 100, 10);
    queue.offer(OTHER, stream(0), "honest");
    for (int i = 0; i < 50; i++) {
      queue.offer(FLOODER, stream(i), "flood " + i);
    }
    assertThat(queue.size()).isEqualTo(10);
    assertThat(all(queue)).contains("honest", "flood 49").doesNotContain("flood 0");
  }

  @Test
  void shouldPassOverWhoMayNotHaveATurnAndWhatIsNotReady() {
    FairQueue<String> queue = new FairQueue<>(4, 100, 100);
    queue.offer(FLOODER, stream(1), "flood");
    queue.offer(OTHER, stream(1), "not ready");
    queue.offer(OTHER, stream(2), "ready");
    assertThat(queue.next(payer -> !payer.equals(FLOODER), item -> !item.startsWith("not")))
        .contains("ready");
    assertThat(queue.next(payer -> !payer.equals(FLOODER), item -> !item.startsWith("not")))
        .isEmpty();
    assertThat(queue.drop(item -> item.equals("flood"))).containsExactly("flood");
    assertThat(all(queue)).containsExactly("not ready");
  }

  /** Whatever is offered and taken, the bounds hold and nobody waits longer than for the others. */
  @Property(tries = 200)
  void shouldKeepItsBoundsAndBeFair(
      @ForAll @Size(max = 300) List<@IntRange(max = 99) Integer> steps) {
    FairQueue<String> queue = new FairQueue<>(2, 8, 20);
    int expected = 0;
    for (int step : steps) {
      if (step % 4 == 3) {
        Optional<String> item = next(queue);
        assertThat(item.isPresent()).isEqualTo(expected > 0);
        expected -= item.isPresent() ? 1 : 0;
      } else {
        int payer = step % 5;
        boolean more =
            queue.offer(payer(payer), stream(step / 5 % 7), Integer.toString(payer))
                == FairQueue.Offer.TAKEN;
        expected = Math.min(20, expected + (more ? 1 : 0));
      }
      assertThat(queue.size()).isEqualTo(expected).isLessThanOrEqualTo(20);
    }
    List<String> rest = all(queue);
    assertThat(rest).hasSize(expected);
    // Five payers: whoever has something has its turn among the next five.
    for (int payer = 0; payer < 5; payer++) {
      assertThat(rest.indexOf(Integer.toString(payer))).isLessThan(5);
    }
  }
}
