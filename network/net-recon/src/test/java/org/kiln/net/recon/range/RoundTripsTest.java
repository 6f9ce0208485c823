package org.kiln.net.recon.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.core.log.RangeHash;

/** How often two sides must hear of each other until one has what it lacks. */
class RoundTripsTest {
  /**
   * Numbers from 0 on as keys, but one; sums of ranges are not added up but reckoned: a number
   * counts as the cube of the next one.
   */
  private record Numbers(long size, long lacked) implements KeySet {
    private long below(Key key) {
      if (key.bytes().length == 0) {
        return 0;
      }
      return key.bytes().length == Long.BYTES ? ByteBuffer.wrap(key.bytes()).getLong() : size;
    }

    /** How many of the numbers below a number are keys. */
    private long keys(long number) {
      return lacked < number ? number - 1 : number;
    }

    private BigInteger sum(long number) {
      BigInteger n = BigInteger.valueOf(number);
      BigInteger all = n.multiply(n.add(BigInteger.ONE)).shiftRight(1).pow(2);
      return lacked < number ? all.subtract(BigInteger.valueOf(lacked + 1).pow(3)) : all;
    }

    @Override
    public RangeHash hash(KeyRange range) {
      long from = below(range.start());
      long to = below(range.end());
      byte[] sum = sum(to).subtract(sum(from)).toByteArray();
      byte[] hash = new byte[32];
      System.arraycopy(sum, 0, hash, hash.length - sum.length, sum.length);
      return new RangeHash(keys(to) - keys(from), hash);
    }

    @Override
    public Optional<Key> at(KeyRange range, long offset) {
      long number = keys(below(range.start())) + offset;
      number = number >= lacked ? number + 1 : number;
      return number < below(range.end())
          ? Optional.of(Key.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array()))
          : Optional.empty();
    }

    @Override
    public List<Key> smallest(KeyRange range, int max) {
      return LongStream.range(0, max)
          .mapToObj(i -> at(range, i))
          .flatMap(Optional::stream)
          .toList();
    }

    @Override
    public boolean isFencepost(Key key) {
      return key.bytes().length != Long.BYTES;
    }
  }

  /** Round trips of a conversation in which the asker lacks one key: the first is for interests. */
  private static int roundTrips(long size, int parts) {
    // Beyond all numbers: it lacks none.
    KeySet whole = new Numbers(size, Long.MAX_VALUE - 1);
    KeySet asker = new Numbers(size, size / 3);
    int trips = 1;
    boolean given = false;
    List<RangeDigest> asked = List.of(RangeDigest.of(asker, KeyRange.ALL));
    while (!asked.isEmpty()) {
      trips++;
      List<RangeDigest> next = new ArrayList<>();
      for (RangeDigest range : asked) {
        switch (Comparison.of(whole, range, parts)) {
          case Comparison.Unsynchronized(List<RangeDigest> told) ->
              told.forEach(
                  part -> {
                    if (Comparison.of(asker, part, parts)
                        instanceof Comparison.Unsynchronized(List<RangeDigest> own)) {
                      next.addAll(own);
                    }
                  });
          case Comparison.RemoteMissing missing -> given = true;
          case Comparison.Synchronized same -> {}
        }
      }
      asked = next;
    }
    assertThat(given).as("it is given what it lacks").isTrue();
    return trips;
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000, 1_000_000, 10_000_000})
  void shouldFindOneOfMillionsInEightRoundTrips(long keys) {
    assertThat(roundTrips(keys, Comparison.QUARTERS)).isLessThanOrEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(longs = 1_000_000)
  void shouldNeedMoreWithCeramicOne(long keys) {
    assertThat(roundTrips(keys, Comparison.HALVES)).isBetween(9, 13);
  }
}
