package org.kiln.net.recon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.talk.Offers.Answer;

/** Values for peers that do not take all of them; the clock is turned by hand. */
class OfferedTest {
  private long now;
  private final Random random = new Random(7);
  private Offered offered = new Offered(() -> now, () -> 0.5);

  private static Key key(int number) {
    return Key.of(ByteBuffer.allocate(12).putInt(number).putLong(number).array());
  }

  /** One that keeps values a hundred at a time and, as ceramic-one, hangs up over a bad one. */
  private final class Peer {
    final Set<Integer> lacks = new TreeSet<>();
    final Map<Integer, Integer> given = new HashMap<>();
    final Set<Integer> bad;

    /** Whether what came with a bad one is lost as well. */
    final boolean forgetful;

    Peer(int values, Set<Integer> bad, boolean forgetful) {
      for (int i = 0; i < values; i++) {
        lacks.add(i);
      }
      this.bad = bad;
      this.forgetful = forgetful;
    }

    void converse() {
      Offered.Round round = offered.begin();
      List<Integer> held = new ArrayList<>();
      boolean hungUp = false;
      for (int value : List.copyOf(lacks)) {
        Answer answer = round.offer(key(value));
        if (answer == Answer.ENOUGH) {
          break;
        }
        if (answer == Answer.SEND) {
          round.sends(key(value));
          given.merge(value, 1, Integer::sum);
          held.add(value);
        }
        if (held.size() == 100 && !keep(held)) {
          hungUp = true;
          break;
        }
      }
      // At the end it looks the same whether it has kept them or hung up.
      if (!hungUp) {
        keep(held);
      }
      round.over(hungUp);
      now += Duration.ofSeconds(1).toNanos();
    }

    private boolean keep(List<Integer> held) {
      boolean good = held.stream().noneMatch(bad::contains);
      if (good || !forgetful) {
        held.stream().filter(value -> !bad.contains(value)).forEach(lacks::remove);
      }
      held.clear();
      return good;
    }

    boolean hasAllThatIsGood() {
      return bad.containsAll(lacks);
    }
  }

  private static void converse(Peer peer, int times) {
    for (int i = 0; i < times; i++) {
      peer.converse();
    }
  }

  @Test
  void shouldGetTheGoodOnesThroughBehindBadOnes() {
    Peer peer = new Peer(5_000, Set.of(0, 17, 2_500, 4_999), false);
    converse(peer, 40);
    assertThat(peer.hasAllThatIsGood()).isTrue();
  }

  @Test
  void shouldGetTheGoodOnesThroughThatAreLostWithTheBadOne() {
    Peer peer = new Peer(1_000, Set.of(130), true);
    offered = new Offered(() -> now, random::nextDouble);
    converse(peer, 20);
    // Those that came with it are held back as well, and come again at other times.
    assertThat(peer.lacks.size()).isLessThanOrEqualTo(Offered.CAREFUL);
    converse(peer, 600);
    assertThat(peer.hasAllThatIsGood()).isTrue();
  }

  @Test
  void shouldGetTheGoodOnesThroughHoweverManyAreBad() {
    Set<Integer> bad =
        IntStream.range(0, 4_000).filter(i -> i % 4 == 0).boxed().collect(Collectors.toSet());
    Peer peer = new Peer(4_000, bad, false);
    converse(peer, 200);
    assertThat(peer.hasAllThatIsGood()).isTrue();
  }

  @Test
  void shouldGetTheGoodOnesThroughBehindMoreBadOnesThanItRemembers() {
    int values = 2 * Offered.MOST_TRIES;
    Set<Integer> bad =
        IntStream.range(0, values - 10).boxed().collect(Collectors.toUnmodifiableSet());
    Peer peer = new Peer(values, bad, false);
    converse(peer, values / Offered.CAREFUL + 3);
    assertThat(peer.hasAllThatIsGood()).isTrue();
    assertThat(offered.size()).isEqualTo(Offered.MOST_TRIES);
  }

  @Test
  void shouldGiveABadOneEverLessOften() {
    Peer peer = new Peer(3, Set.of(1), false);
    converse(peer, 3_600);
    assertThat(peer.lacks).containsExactly(1);
    // Thrice at once, then after 1, 4 and 16 minutes; a time event's chain may answer one day.
    assertThat(peer.given).containsEntry(1, 6).containsEntry(0, 1).containsEntry(2, 1);
    converse(peer, 2 * 3_600);
    assertThat(peer.given.get(1)).isBetween(7, 8);
  }

  @Test
  void shouldGiveAllAtOnceToWhoTakesThem() {
    Peer peer = new Peer(100_000, Set.of(), false);
    peer.converse();
    assertThat(peer.lacks).isEmpty();
  }

  @Test
  void shouldForgetAllWhenBothHaveTheSame() {
    Peer peer = new Peer(1, Set.of(0), false);
    converse(peer, 5);
    assertThat(peer.given.get(0)).isEqualTo(3);
    offered.begin().same();
    peer.converse();
    assertThat(peer.given.get(0)).isEqualTo(4);
  }
}
