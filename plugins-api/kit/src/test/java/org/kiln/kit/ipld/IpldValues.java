package org.kiln.kit.ipld;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;

/** Values of every kind, nested a few levels, for properties. */
public final class IpldValues extends DomainContextBase {
  private static final BigInteger MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final BigInteger MIN = BigInteger.TWO.pow(64).negate();

  /** Any value. */
  @Provide
  public Arbitrary<Ipld> values() {
    return nested(3);
  }

  private static Arbitrary<Ipld> nested(int levels) {
    if (levels == 0) {
      return scalars();
    }
    Arbitrary<Ipld> inner = Arbitraries.lazy(() -> nested(levels - 1));
    return Arbitraries.frequencyOf(
        Tuple.of(3, scalars()),
        Tuple.of(1, inner.list().ofMaxSize(12).map(Ipld.List::new)),
        Tuple.of(2, Arbitraries.maps(texts(), inner).ofMaxSize(12).map(Ipld.Map::new)));
  }

  private static Arbitrary<Ipld> scalars() {
    return Arbitraries.oneOf(
        Arbitraries.of(Ipld.NULL, Ipld.TRUE, Ipld.FALSE),
        Arbitraries.bigIntegers().between(MIN, MAX).map(Ipld.Int::new),
        Arbitraries.longs().map(Ipld::of),
        Arbitraries.doubles().map(Ipld.Float64::new),
        texts().map(Ipld::of),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Ipld.Bytes::new),
        Arbitraries.bytes()
            .array(byte[].class)
            .ofSize(8)
            .map(seed -> Ipld.of(Cid.sha256(Cid.DAG_JOSE, seed))));
  }

  /** Text without lone surrogates, which have no UTF-8. */
  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .ofMaxLength(40)
        .filter(text -> text.codePoints().noneMatch(IpldValues::isSurrogate));
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
