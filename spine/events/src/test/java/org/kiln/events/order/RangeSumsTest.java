package org.kiln.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.RangeHash;
import org.kiln.store.memory.MemoryStore;

class RangeSumsTest {
  private static final byte[] MIN = {};
  private static final byte[] MAX = {(byte) 0xff};

  private final Store store = new MemoryStore(NodeTables.ALL);
  private final TreeSet<byte[]> model = new TreeSet<>(Arrays::compareUnsigned);

  @Test
  void shouldGiveTheHashesOfRecon() {
    assertThat(hash("a"))
        .isEqualTo("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    assertThat(hash("a", "b"))
        .isEqualTo("08bb6929ca5416152d4c8118fe048e8232446af99c507bbc84f46534848b4958");
    assertThat(hash("a", "b", "c"))
        .isEqualTo("3638962c73a590f7923877ce336d132865d70cfc39758e501d67cbd526e6381f");
  }

  @Test
  void shouldGiveTheHashOfTwoEventIds() {
    byte[] first =
        HexFormat.of()
            .parseHex(
                "ce010500ba25076d730241e745cc7c072ff729ea683b7517"
                    + "01711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86");
    byte[] second =
        HexFormat.of()
            .parseHex(
                "ce010500aa5773c7d75777e1deb6cb4af0e69eebd504d38e"
                    + "01850112208e80607ffcf8d9e2ba60da10f71b3c877a65000c15f5621032f11959d504d38e");
    add(List.of(first, second));
    assertThat(hex(sum(first, MAX)))
        .isEqualTo("6a2a522a0eb38e0a0bb29f487a3e249fb05e6f6165ce5dda27ed344bc5ba9d7e");
    assertThat(hex(sum(MIN, first)))
        .isEqualTo("c9ec86f2f1d515a15be9554f1126f67b52afe59fdd20b9954862c7373eb70fdb");
    assertThat(hex(sum(MIN, MAX)))
        .isEqualTo("3317d91cff88a4ab669bf5978b641a1b020e550142ef16706f4ffc820372ad59");
  }

  @Property(tries = 20)
  void shouldAgreeWithTheNaiveSum(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int batches,
      @ForAll @IntRange(min = 1, max = 400) int batchSize) {
    RangeSumsTest fresh = new RangeSumsTest();
    Random random = new Random(seed);
    int prefixes = 1 + random.nextInt(4);
    for (int batch = 0; batch < batches; batch++) {
      List<byte[]> keys = new ArrayList<>();
      int count = 1 + random.nextInt(batchSize);
      for (int i = 0; i < count; i++) {
        keys.add(key(random, prefixes));
      }
      fresh.add(keys);
    }
    fresh.compare(random, 20, prefixes);
  }

  @Test
  void shouldAgreeWithTheNaiveSumWhenThereAreSeveralLevels() {
    Random random = new Random(7);
    for (int batch = 0; batch < 60; batch++) {
      List<byte[]> keys = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        keys.add(key(random, 3));
      }
      add(keys);
    }
    assertThat(store.<Integer>read(SumTable::levels)).isGreaterThanOrEqualTo(3);
    compare(random, 30, 3);
  }

  @Test
  void shouldSplitOneBigBatch() {
    Random random = new Random(11);
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      keys.add(key(random, 1));
    }
    add(keys);
    compare(random, 30, 1);
  }

  @Test
  void shouldFindAKeyByItsNumberInARange() {
    Random random = new Random(5);
    for (int batch = 0; batch < 30; batch++) {
      List<byte[]> some = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        some.add(key(random, 3));
      }
      add(some);
    }
    List<byte[]> sorted = new ArrayList<>(model);
    for (int number : List.of(0, 1, 127, 128, 4_000, sorted.size() - 1)) {
      assertThat(store.<Optional<byte[]>>read(s -> RangeSelect.key(s, number)).get())
          .isEqualTo(sorted.get(number));
    }
    assertThat(store.<Optional<byte[]>>read(s -> RangeSelect.key(s, sorted.size()))).isEmpty();
  }

  @Test
  void shouldRoundBigSumsAsSqliteDoes() {
    KeySum one = KeySum.of("a".getBytes(StandardCharsets.UTF_8));
    KeySum sum = new KeySum();
    sum.add(one);
    for (int doubling = 0; doubling < 26; doubling++) {
      KeySum twice = new KeySum();
      twice.add(sum);
      twice.add(sum);
      twice.add(one);
      sum = twice;
    }
    // 2^27 - 1 times 0x128197ca is beyond 2^55, where a double holds multiples of eight only.
    long word = 0x128197caL * ((1 << 27) - 1);
    byte[] hash = sum.rangeHash().hash();
    int rounded = (int) (long) (double) word;
    assertThat(rounded).isNotEqualTo((int) word);
    assertThat(hash).startsWith((byte) rounded, (byte) (rounded >>> 8), (byte) (rounded >>> 16));
  }

  private void compare(Random random, int times, int prefixes) {
    List<byte[]> known = new ArrayList<>(model);
    for (int i = 0; i < times; i++) {
      byte[] from = bound(random, prefixes, known);
      byte[] to = bound(random, prefixes, known);
      assertThat(sum(from, to)).isEqualTo(naive(from, to));
      assertThat(sum(MIN, to)).isEqualTo(naive(MIN, to));
      assertThat(sum(from, MAX)).isEqualTo(naive(from, MAX));
    }
    assertThat(sum(MIN, MAX)).isEqualTo(naive(MIN, MAX));
  }

  private static byte[] bound(Random random, int prefixes, List<byte[]> known) {
    byte[] some = known.get(random.nextInt(known.size()));
    return switch (random.nextInt(5)) {
      case 0 -> some;
      case 1 -> Arrays.copyOf(some, random.nextInt(some.length + 1));
      case 2 -> Arrays.copyOf(some, some.length + 1);
      case 3 -> {
        byte[] raised = Arrays.copyOf(some, some.length);
        raised[some.length - 1 - random.nextInt(some.length)]++;
        yield raised;
      }
      default -> key(random, prefixes);
    };
  }

  /** Long common beginnings, then random bytes, as EventIds are. */
  private static byte[] key(Random random, int prefixes) {
    byte[] key = new byte[48];
    Arrays.fill(key, (byte) 0xce);
    key[20] = (byte) random.nextInt(prefixes);
    key[24] = (byte) (random.nextInt(3) * 127);
    for (int i = 44; i < 48; i++) {
      key[i] = (byte) random.nextInt(256);
    }
    return key;
  }

  private RangeHash naive(byte[] from, byte[] to) {
    KeySum sum = new KeySum();
    if (Arrays.compareUnsigned(from, to) < 0) {
      model.subSet(from, to).forEach(sum::addKey);
    }
    return sum.rangeHash();
  }

  private RangeHash sum(byte[] from, byte[] to) {
    return store.read(snapshot -> RangeQuery.sum(snapshot, from, to)).rangeHash();
  }

  private void add(List<byte[]> keys) {
    TreeMap<byte[], KeySum> fresh = new TreeMap<>(Arrays::compareUnsigned);
    for (byte[] key : keys) {
      if (model.add(key)) {
        fresh.put(key, KeySum.of(key));
      }
    }
    store.write(
        batch -> {
          fresh.keySet().forEach(key -> batch.put(NodeTables.ORDER, key, new byte[8]));
          RangeUpdate.add(batch, fresh);
        },
        Durability.BUFFERED);
  }

  private String hash(String... texts) {
    List<byte[]> keys = new ArrayList<>();
    for (String text : texts) {
      keys.add(text.getBytes(StandardCharsets.UTF_8));
    }
    add(keys);
    return hex(sum(MIN, MAX));
  }

  private static String hex(RangeHash sum) {
    return HexFormat.of().formatHex(sum.hash());
  }
}
