package org.kiln.sample.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

class TallyTest {
  private static Ipld.Map said(String device, long up, long down) {
    return Ipld.map("device", Ipld.of(device), "up", Ipld.of(up), "down", Ipld.of(down));
  }

  private static Tally all(List<Ipld.Map> events) throws InvalidEventException {
    Tally tally = Tally.ZERO;
    for (Ipld.Map event : events) {
      tally = tally.merge(event);
    }
    return tally;
  }

  @Test
  void shouldSumWhatAllDevicesHaveCounted() throws Exception {
    Tally tally = all(List.of(said("phone", 5, 2), said("desk", 1, 0), said("phone", 7, 2)));

    assertThat(tally.content())
        .isEqualTo(
            Ipld.map(
                "value",
                Ipld.of(6),
                "devices",
                Ipld.map(
                    "desk", Ipld.map("up", Ipld.of(1), "down", Ipld.of(0)),
                    "phone", Ipld.map("up", Ipld.of(7), "down", Ipld.of(2)))));
    assertThat(Tally.of(tally.content())).isEqualTo(tally);
  }

  @Test
  void shouldComeToTheSameWhateverIsLateOrTwiceOrLostAndSaidAgain() throws Exception {
    List<Ipld.Map> events = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      events.add(said("phone", i, 0));
      events.add(said("desk", 2 * i, i));
    }
    Tally expected = all(events);
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Ipld.Map> mixed = new ArrayList<>(events);
      mixed.addAll(events.subList(0, 7));
      Collections.shuffle(mixed, random);
      // The last event of each device is enough; any of the others may be lost.
      mixed.removeIf(event -> random.nextBoolean() && events.indexOf(event) < 18);
      assertThat(all(mixed)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1L << 53})
  void rejectsACountThatClientsCouldNotRead(long count) {
    assertThatThrownBy(() -> Tally.ZERO.merge(said("phone", count, 0)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("up must be a whole number from 0");
  }

  @Test
  void rejectsMoreDevicesThanItKeeps() throws Exception {
    Tally tally = Tally.ZERO;
    for (int i = 0; i < 1_000; i++) {
      tally = tally.merge(said("device " + i, 1, 0));
    }
    Tally full = tally;
    assertThatThrownBy(() -> full.merge(said("another", 1, 0)))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("at most 1000 devices");
    assertThat(full.merge(said("device 7", 2, 0)).devices()).hasSize(1_000);
  }
}
