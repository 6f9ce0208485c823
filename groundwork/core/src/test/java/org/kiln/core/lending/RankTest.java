package org.kiln.core.lending;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;

/** Who goes before whom under one key. */
class RankTest {
  private static Rank rank(boolean shipped, int ranking, long id) {
    return Rank.of(shipped, Map.of(Constants.SERVICE_RANKING, ranking, Constants.SERVICE_ID, id));
  }

  @Test
  void shouldPutWhatShipsBeforeEveryPlugin() {
    assertThat(rank(true, Integer.MIN_VALUE, 900)).isLessThan(rank(false, Integer.MAX_VALUE, 1));
  }

  @Test
  void shouldGoByRankingAndThenByAge() {
    assertThat(rank(false, 1, 9)).isLessThan(rank(false, 0, 1));
    assertThat(rank(true, 0, 1)).isLessThan(rank(true, 0, 2));
    assertThat(Rank.of(false, Map.of())).isGreaterThan(rank(false, 0, 9));
  }

  @Test
  void shouldLendWhatShipsWhoeverComesOrCameBesideIt() {
    Lender<String, String> lender = new Lender<>();
    lender.add(List.of("a"), "early plugin", rank(false, Integer.MAX_VALUE, 1));
    lender.add(List.of("a"), "shipped", rank(true, 0, 2));
    lender.add(List.of("a"), "late plugin", rank(false, Integer.MAX_VALUE, 3));

    assertThat(lender.peek("a")).isEqualTo("shipped");
  }
}
