package org.kiln.core.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;

final class ConsensusPropertyTest {

  @Property(tries = 2000)
  void antisymmetric(
      @ForAll TieBreak order,
      @ForAll("suffix") List<LogEntry> a,
      @ForAll("suffix") List<LogEntry> b) {
    Consensus consensus = new Consensus(order);
    if (tip(a).equals(tip(b))) {
      return; // one history, not two: the tip names all before it
    }
    assertThat(consensus.decide(a, b).winner()).isNotEqualTo(consensus.decide(b, a).winner());
    assertThat(consensus.decide(a, b).rule()).isEqualTo(consensus.decide(b, a).rule());
  }

  @Property(tries = 2000)
  void transitive(
      @ForAll TieBreak order,
      @ForAll @Size(3) List<@net.jqwik.api.From("suffix") List<LogEntry>> s) {
    Consensus consensus = new Consensus(order);
    if (s.stream().map(ConsensusPropertyTest::tip).distinct().count() < 3) {
      return;
    }
    if (beats(consensus, s.get(0), s.get(1)) && beats(consensus, s.get(1), s.get(2))) {
      assertThat(beats(consensus, s.get(0), s.get(2))).isTrue();
    }
  }

  @Property(tries = 2000)
  void jsOrderIsTheOrderOfTheDecimalTexts(
      @ForAll @Size(32) byte[] first, @ForAll @Size(32) byte[] second) {
    Cid a = Cid.ofDigest(Cid.DAG_JOSE, Cid.SHA2_256, first);
    Cid b = Cid.ofDigest(Cid.DAG_JOSE, Cid.SHA2_256, second);
    assertThat(Integer.signum(TieBreak.JS_CERAMIC.order().compare(a, b)))
        .isEqualTo(Integer.signum(decimalText(a).compareTo(decimalText(b))));
  }

  @Property(tries = 500)
  void jsOrderHoldsWhenOneCidBeginsTheOther(@ForAll @Size(min = 1, max = 20) byte[] digest) {
    Cid whole = Cid.ofDigest(Cid.DAG_CBOR, Cid.IDENTITY, digest);
    Cid other = Cid.ofDigest(Cid.DAG_CBOR, Cid.IDENTITY, BigInteger.ONE.toByteArray());
    assertThat(Integer.signum(TieBreak.JS_CERAMIC.order().compare(whole, other)))
        .isEqualTo(Integer.signum(decimalText(whole).compareTo(decimalText(other))));
  }

  /** Any order of arrival of the same events gives the same canonical history. */
  @Property(tries = 1000)
  void forkChoiceDoesNotDependOnTheOrderOfArrival(
      @ForAll TieBreak order, @ForAll("tree") Map<LogEntry, Cid> tree, @ForAll Random random) {
    List<LogEntry> expected = choose(order, new ArrayList<>(tree.keySet()), tree);
    List<LogEntry> shuffled = new ArrayList<>(tree.keySet());
    Collections.shuffle(shuffled, random);
    assertThat(choose(order, shuffled, tree)).isEqualTo(expected);
  }

  /** A tree that grows event by event chooses at each step as if it had been there at once. */
  @Property(tries = 1000)
  void growingTreeChoosesAsTheWholeTree(
      @ForAll TieBreak order, @ForAll("tree") Map<LogEntry, Cid> tree, @ForAll Random random) {
    LogEntry root = Logs.entry("D", ROOT);
    ForkTree growing = new ForkTree(new Consensus(order), root);
    Map<Cid, ForkTree.Node> nodes = new HashMap<>(Map.of(ROOT, growing.root()));
    List<LogEntry> arrived = new ArrayList<>();
    List<LogEntry> left = new ArrayList<>(tree.keySet());
    while (!left.isEmpty()) {
      List<LogEntry> ready =
          left.stream().filter(entry -> nodes.containsKey(tree.get(entry))).toList();
      LogEntry entry = ready.get(random.nextInt(ready.size()));
      left.remove(entry);
      boolean onTip = tree.get(entry).equals(growing.tip().entry().cid());
      boolean announced = onTip && growing.wouldBeTip(entry);
      nodes.put(entry.cid(), growing.add(nodes.get(tree.get(entry)), entry));
      arrived.add(entry);
      List<LogEntry> chosen = choose(order, arrived, tree);
      assertThat(growing.tip().entry()).isEqualTo(chosen.get(chosen.size() - 1));
      assertThat(announced).isEqualTo(onTip && growing.tip().entry().equals(entry));
    }
  }

  /** At the first fork the chosen way wins against the best of every other way. */
  @Property(tries = 1000)
  void chosenHistoryWinsEveryContestAtItsForks(
      @ForAll TieBreak order, @ForAll("tree") Map<LogEntry, Cid> tree) {
    Consensus consensus = new Consensus(order);
    List<LogEntry> events = new ArrayList<>(tree.keySet());
    List<LogEntry> chosen = choose(order, events, tree);
    Cid at = ROOT;
    for (int i = 0; i < chosen.size(); i++) {
      List<LogEntry> ours = chosen.subList(i, chosen.size());
      for (LogEntry other : events) {
        if (tree.get(other).equals(at) && !other.equals(chosen.get(i))) {
          List<LogEntry> theirs = new ArrayList<>(List.of(other));
          theirs.addAll(new ForkChoice(consensus).choose(other.cid(), following(events, tree)));
          assertThat(beats(consensus, ours, theirs)).isTrue();
        }
      }
      at = chosen.get(i).cid();
    }
  }

  @Example
  void resolvesTenThousandEventsInAHundredBranches() {
    Map<LogEntry, Cid> tree = new LinkedHashMap<>();
    for (int branch = 0; branch < 100; branch++) {
      Cid at = ROOT;
      for (int i = 0; i < 100; i++) {
        LogEntry entry = Logs.log("b" + branch + "e" + i).get(0);
        tree.put(entry, at);
        at = entry.cid();
      }
    }
    int[] asked = new int[1];
    var following = following(new ArrayList<>(tree.keySet()), tree);
    List<LogEntry> chosen =
        new ForkChoice(new Consensus(TieBreak.SPEC))
            .choose(
                ROOT,
                cid -> {
                  asked[0]++;
                  return following.apply(cid);
                });
    assertThat(chosen).hasSize(100);
    assertThat(asked[0]).as("every event is looked at once").isEqualTo(10_001);
  }

  @Example
  void doesNotOverflowTheStackOnALongHistory() {
    Map<LogEntry, Cid> tree = new LinkedHashMap<>();
    Cid at = ROOT;
    for (int i = 0; i < 100_000; i++) {
      LogEntry entry = Logs.log("e" + i).get(0);
      tree.put(entry, at);
      at = entry.cid();
    }
    assertThat(choose(TieBreak.SPEC, new ArrayList<>(tree.keySet()), tree)).hasSize(100_000);
  }

  private static final Cid ROOT = Logs.cid("root");

  private static List<LogEntry> choose(
      TieBreak order, List<LogEntry> arrived, Map<LogEntry, Cid> tree) {
    return new ForkChoice(new Consensus(order)).choose(ROOT, following(arrived, tree));
  }

  private static java.util.function.Function<Cid, List<LogEntry>> following(
      List<LogEntry> arrived, Map<LogEntry, Cid> tree) {
    Map<Cid, List<LogEntry>> following = new HashMap<>();
    for (LogEntry entry : arrived) {
      following.computeIfAbsent(tree.get(entry), k -> new ArrayList<>()).add(entry);
    }
    return cid -> following.getOrDefault(cid, List.of());
  }

  private static boolean beats(Consensus consensus, List<LogEntry> a, List<LogEntry> b) {
    return consensus.decide(a, b).winner() == Consensus.Winner.LOCAL;
  }

  private static Cid tip(List<LogEntry> suffix) {
    return suffix.get(suffix.size() - 1).cid();
  }

  private static String decimalText(Cid cid) {
    byte[] bytes = cid.bytes();
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> Integer.toString(bytes[i] & 0xff))
        .collect(Collectors.joining(","));
  }

  @Provide
  Arbitrary<List<LogEntry>> suffix() {
    return entries().list().ofMinSize(1).ofMaxSize(6);
  }

  /** Events that follow the root or any event before them. */
  @Provide
  Arbitrary<Map<LogEntry, Cid>> tree() {
    Arbitrary<Integer> parents = Arbitraries.integers().between(0, 1 << 20);
    return Combinators.combine(entries().list().ofMaxSize(14), parents.list().ofSize(14))
        .as(
            (entries, parent) -> {
              List<LogEntry> distinct =
                  entries.stream()
                      .collect(
                          Collectors.toMap(LogEntry::cid, e -> e, (a, b) -> a, LinkedHashMap::new))
                      .values()
                      .stream()
                      .toList();
              Map<LogEntry, Cid> tree = new LinkedHashMap<>();
              for (int i = 0; i < distinct.size(); i++) {
                int at = parent.get(i) % (i + 1);
                tree.put(distinct.get(i), at == 0 ? ROOT : distinct.get(at - 1).cid());
              }
              return tree;
            });
  }

  private static Arbitrary<LogEntry> entries() {
    Arbitrary<String> word =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(3, Arbitraries.just("D")),
            net.jqwik.api.Tuple.of(1, Arbitraries.of("T(1)", "T(2)", "T(300)")));
    Arbitrary<byte[]> digest = Arbitraries.bytes().array(byte[].class).ofSize(32);
    return Combinators.combine(word, digest)
        .as(
            (w, d) ->
                Logs.entry(
                    w, Cid.ofDigest(w.equals("D") ? Cid.DAG_JOSE : Cid.DAG_CBOR, Cid.SHA2_256, d)));
  }
}
