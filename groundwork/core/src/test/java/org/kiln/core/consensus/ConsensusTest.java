package org.kiln.core.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.core.consensus.Consensus.Rule.ANCHORED;
import static org.kiln.core.consensus.Consensus.Rule.EARLIER_ANCHOR;
import static org.kiln.core.consensus.Consensus.Rule.LONGER;
import static org.kiln.core.consensus.Consensus.Rule.NOTHING_TO_COMPARE;
import static org.kiln.core.consensus.Consensus.Rule.TIP;
import static org.kiln.core.consensus.Consensus.Winner.LOCAL;
import static org.kiln.core.consensus.Consensus.Winner.REMOTE;
import static org.kiln.core.consensus.Logs.digest;
import static org.kiln.core.consensus.Logs.entry;
import static org.kiln.core.consensus.Logs.log;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.core.consensus.Consensus.Decision;
import org.kiln.core.consensus.Consensus.Rule;
import org.kiln.core.consensus.Consensus.Winner;

/** The worked examples of the digest. */
final class ConsensusTest {
  private final Consensus consensus = new Consensus(TieBreak.JS_CERAMIC);

  @ParameterizedTest(name = "{0}: {1} against {2}")
  @CsvSource({
    "1, D1 D2 D3,          E1 T(100),       REMOTE, ANCHORED",
    "2, D1 T(200),         E1 T(100),       REMOTE, EARLIER_ANCHOR",
    "3, D1 T(100) D2 D3,   E1 T(200),       LOCAL,  EARLIER_ANCHOR",
    "3, D1 T(100) D2 D3,   E1 T(200) E2 E3 E4 E5 E6 E7, LOCAL, EARLIER_ANCHOR",
    "4, D1 T(100),         E1 E2 T(100),    REMOTE, LONGER",
    "6, D1 D2,             E1,              LOCAL,  LONGER",
    "8, T(100),            T'(90),          REMOTE, EARLIER_ANCHOR",
    "second anchors do not matter, D1 T(100) D2 T(500), E1 T(100) E2 T(110) E3, , TIP",
    "an anchor far down still counts, D1, E1 E2 E3 E4 E5 E6 T(9), REMOTE, ANCHORED",
  })
  void shouldDecideWorkedExamples(
      String name, String local, String remote, Winner winner, Rule rule) {
    Decision decision = consensus.decide(log(local), log(remote));
    assertThat(decision.rule()).isEqualTo(rule);
    if (winner != null) {
      assertThat(decision.winner()).isEqualTo(winner);
    }
  }

  @Test
  void shouldCompareTipsWhenEventsAfterTheFirstAnchorAreAllThatDiffers() {
    // Example 5. The time event is dag-cbor (113), the data event dag-jose (133): dag-cbor is
    // smaller.
    Decision decision = consensus.decide(log("D1 T(100) D2 D3 D4"), log("E1 T(100)"));
    assertThat(decision).isEqualTo(new Decision(REMOTE, TIP));
    assertThat(consensus.decide(log("E1 T(100)"), log("D1 T(100) D2 D3 D4")))
        .isEqualTo(new Decision(LOCAL, TIP));
  }

  @ParameterizedTest
  @CsvSource({
    // §1.3: first digest bytes; who is smaller in binary, who in js-ceramic
    "142, 39, 39, 142",
    "9, 142, 9, 142",
    "9, 10, 9, 10",
    "1, 10, 1, 1",
    "2, 12, 2, 12",
    "200, 21, 21, 200",
    "0, 255, 0, 0",
    "100, 9, 9, 100",
  })
  void shouldBreakTiesByTheChosenOrder(int a, int b, int smallerInBinary, int smallerInJs) {
    LogEntry left = entry("D", digest(Cid.DAG_JOSE, a));
    LogEntry right = entry("D", digest(Cid.DAG_JOSE, b));
    assertThat(new Consensus(TieBreak.SPEC).decide(List.of(left), List.of(right)))
        .isEqualTo(new Decision(smallerInBinary == a ? LOCAL : REMOTE, TIP));
    assertThat(consensus.decide(List.of(left), List.of(right)))
        .isEqualTo(new Decision(smallerInJs == a ? LOCAL : REMOTE, TIP));
  }

  @ParameterizedTest
  @EnumSource(TieBreak.class)
  void shouldPutDagCborBeforeDagJose(TieBreak order) {
    assertThat(order.order().compare(digest(Cid.DAG_CBOR, 255), digest(Cid.DAG_JOSE, 0)))
        .isNegative();
  }

  @Test
  void shouldUseTheOrderOfFixedCidsOfThePeersTest() {
    Cid a142 = digest(Cid.DAG_JOSE, 142);
    assertThat(a142.toString()).startsWith("bagcqceraryaaa");
    assertThat(TieBreak.JS_CERAMIC.order().compare(a142, digest(Cid.DAG_JOSE, 39))).isNegative();
  }

  @Test
  void shouldNotCountAnInvalidRemoteAnchor() {
    // js-ceramic lets the event without a time win as if it were anchored at 0.
    assertThat(consensus.decide(log("D1 T(100)"), log("E1 T(?) E2 E3")))
        .isEqualTo(new Decision(LOCAL, ANCHORED));
    assertThat(consensus.decide(log("D1 D2"), log("E1 T(?) E2 E3 E4")))
        .isEqualTo(new Decision(LOCAL, LONGER));
    assertThat(consensus.decide(log("D1"), log("T(?) E1 T(5)")))
        .isEqualTo(new Decision(LOCAL, NOTHING_TO_COMPARE));
  }

  @Test
  void shouldKeepWhatCountsBeforeAnInvalidAnchor() {
    assertThat(consensus.decide(log("D1"), log("E1 E2 T(?)")))
        .isEqualTo(new Decision(REMOTE, LONGER));
    assertThat(consensus.decide(log("D1 T(200)"), log("E1 T(100) E2 T(?)")))
        .isEqualTo(new Decision(REMOTE, EARLIER_ANCHOR));
    assertThat(Consensus.countable(log("E1 T(100) E2 T(?) E3"))).isEqualTo(log("E1 T(100) E2"));
  }

  @Test
  void shouldLetTheEmptySideLose() {
    assertThat(consensus.decide(log(""), log("E1")))
        .isEqualTo(new Decision(REMOTE, NOTHING_TO_COMPARE));
    assertThat(consensus.decide(log("D1"), log("")))
        .isEqualTo(new Decision(LOCAL, NOTHING_TO_COMPARE));
    assertThat(consensus.decide(log(""), log("")))
        .isEqualTo(new Decision(LOCAL, NOTHING_TO_COMPARE));
  }

  @Test
  void shouldAnswerTheArrivingLogForTheSameTip() {
    assertThat(consensus.decide(log("D1"), log("D1"))).isEqualTo(new Decision(REMOTE, TIP));
  }
}
