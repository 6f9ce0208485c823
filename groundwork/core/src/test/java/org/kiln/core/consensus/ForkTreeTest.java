package org.kiln.core.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;

/**
 * Trees that grow by many events between two questions. What they cost is counted in comparisons of
 * two histories, not in time.
 */
final class ForkTreeTest {
  private static final LogEntry ROOT = Logs.entry("D", Logs.cid("root"));

  private final Consensus consensus = new Consensus(TieBreak.JS_CERAMIC);
  private long comparisons;

  /** Each number grows one event on an earlier one, nearly always of late, and may ask then. */
  @Property(tries = 500)
  void shouldChooseAsTheWholeTreeHoweverSeldomItIsAsked(
      @ForAll @Size(max = 300) List<@IntRange(min = 0, max = 1_000_000_000) Integer> shape,
      @ForAll @IntRange(min = 1, max = 50) int often) {
    ForkTree tree = tree();
    List<ForkTree.Node> nodes = new ArrayList<>(List.of(tree.root()));
    Map<Cid, List<LogEntry>> following = new HashMap<>();
    for (int i = 0; i < shape.size(); i++) {
      int number = shape.get(i);
      int back = number % 4 == 0 ? number / 4 % nodes.size() : number / 4 % Math.min(2, i + 1);
      ForkTree.Node prev = nodes.get(nodes.size() - 1 - back);
      String word = number / 4_000 % 8 == 0 ? "T(" + number / 32_000 % 3 + ")" : "D";
      LogEntry entry = Logs.entry(word, Logs.cid(word + i));
      nodes.add(tree.add(prev, entry));
      following.computeIfAbsent(prev.entry().cid(), k -> new ArrayList<>()).add(entry);
      if (number / 1_000_000 % often == 0) {
        assertThat(tree.tip().entry()).isEqualTo(chosen(following));
      }
    }
    assertThat(tree.tip().entry()).isEqualTo(chosen(following));
  }

  /** Six thousand parts of a run must not each have room for all of it: that is 720 MB. */
  @Example
  void shouldHoldALongHistoryThatIsForkedAllAlong() {
    ForkTree tree = tree();
    List<ForkTree.Node> trunk = new ArrayList<>(List.of(tree.root()));
    for (int i = 0; i < 60_000; i++) {
      trunk.add(tree.add(trunk.get(i), data("t" + i)));
    }
    for (int i = 10; i < trunk.size() - 10; i += 10) {
      tree.add(trunk.get(i), data("f" + i));
    }
    assertThat(tree.tip()).isSameAs(trunk.get(trunk.size() - 1));
  }

  @Example
  void shouldHoldOneWhoseForksComeFromItsEndOn() {
    ForkTree tree = tree();
    List<ForkTree.Node> trunk = new ArrayList<>(List.of(tree.root()));
    for (int i = 0; i < 60_000; i++) {
      trunk.add(tree.add(trunk.get(i), data("t" + i)));
    }
    for (int i = trunk.size() - 20; i > 0; i -= 10) {
      tree.add(trunk.get(i), data("f" + i));
    }
    assertThat(tree.tip()).isSameAs(trunk.get(trunk.size() - 1));
  }

  @Example
  void shouldDecideEachOfManyForksOnceForAllThatCameTogether() {
    int forks = 2_000;
    ForkTree tree = tree();
    ForkTree.Node trunk = tree.root();
    for (int i = 0; i < 20 * forks; i++) {
      ForkTree.Node next = tree.add(trunk, data("t" + i));
      if (i % 20 == 0) {
        tree.add(trunk, data("f" + i));
      }
      trunk = next;
    }
    assertThat(tree.tip()).isSameAs(trunk);
    assertThat(comparisons).as("by the number of forks").isLessThan(8L * forks);
  }

  @Example
  void shouldNotCompareEachOfManyWaysWithAllOthers() {
    int ways = 10_000;
    ForkTree tree = tree();
    List<ForkTree.Node> ends = new ArrayList<>();
    for (int i = 0; i < ways; i++) {
      ends.add(tree.add(tree.root(), data("w" + i)));
      tree.tip();
    }
    for (int i = 0; i < ways; i++) {
      ForkTree.Node end = tree.add(ends.get(i), data("longer" + i));
      tree.tip();
      ends.set(i, end);
    }
    // Into its place, out of it and into another, each in the depth of a balanced tree.
    assertThat(comparisons).isLessThan(3L * ways * 2 * 14);
  }

  private ForkTree tree() {
    Comparator<Suffix> order =
        (one, other) -> {
          comparisons++;
          return consensus.decide(one, other).winner() == Consensus.Winner.LOCAL ? -1 : 1;
        };
    return new ForkTree(order, ROOT);
  }

  private LogEntry chosen(Map<Cid, List<LogEntry>> following) {
    List<LogEntry> chosen =
        new ForkChoice(consensus).choose(ROOT.cid(), cid -> following.getOrDefault(cid, List.of()));
    return chosen.isEmpty() ? ROOT : chosen.get(chosen.size() - 1);
  }

  private static LogEntry data(String name) {
    return Logs.entry("D", Logs.cid(name));
  }
}
