package org.kiln.index;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;

/**
 * Values in the one form in which all databases compare them alike: whole numbers that fit into 64
 * bits are integers, all others floats; and no text has U+0000, which PostgreSQL cannot keep.
 */
final class Canonical {
  /** From there on all floats are whole numbers, and JSON would write them rounded. */
  private static final double WHOLE = 1L << 53;

  private static final double LONG_END = 0x1p63;

  private Canonical() {}

  /** A value, with all in it. */
  static Ipld of(Ipld value) {
    return switch (value) {
      case Ipld.Text text -> hasNul(text.value()) ? Ipld.of(of(text.value())) : text;
      case Ipld.Int number -> number(number);
      case Ipld.Float64 number -> number(number);
      case Ipld.List list -> list(list);
      case Ipld.Map map -> map(map);
      default -> value;
    };
  }

  private static Ipld number(Ipld.Int number) {
    BigInteger value = number.value();
    return value.bitLength() < Long.SIZE ? number : new Ipld.Float64(value.doubleValue());
  }

  private static Ipld number(Ipld.Float64 number) {
    double value = number.value();
    return Math.abs(value) >= WHOLE && value >= -LONG_END && value < LONG_END
        ? new Ipld.Int(new BigDecimal(value).toBigIntegerExact())
        : number;
  }

  private static Ipld list(Ipld.List list) {
    List<Ipld> items = new ArrayList<>(list.items().size());
    boolean same = true;
    for (Ipld item : list.items()) {
      Ipld canonical = of(item);
      same &= canonical == item;
      items.add(canonical);
    }
    return same ? list : new Ipld.List(items);
  }

  private static Ipld map(Ipld.Map map) {
    boolean same = true;
    Ipld.Map.Builder members = Ipld.Map.builder();
    for (Map.Entry<String, Ipld> member : map.entries().entrySet()) {
      Ipld canonical = of(member.getValue());
      same &= canonical == member.getValue() && !hasNul(member.getKey());
      members.put(of(member.getKey()), canonical);
    }
    return same ? map : members.build();
  }

  /** The name of a member, a DID, or a text. */
  static String of(String text) {
    return hasNul(text) ? text.replace('\0', '\uFFFD') : text;
  }

  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  /** What is asked for, in names and values; those of a cursor come from outside as well. */
  static IndexQuery of(IndexQuery query) {
    IndexQuery same =
        query
            .where(of(query.filter()))
            .sortedBy(
                query.sorting().stream()
                    .map(key -> new SortKey(of(key.field()), key.descending()))
                    .toList());
    IndexQuery ofAccount = query.account().map(did -> same.ofAccount(of(did))).orElse(same);
    return query.from().map(place -> ofAccount.after(of(place))).orElse(ofAccount);
  }

  private static IndexPlace of(IndexPlace place) {
    List<Ipld> keys = place.keys().stream().map(Canonical::of).toList();
    return new IndexPlace(keys, place.created(), place.stream());
  }

  private static IndexFilter of(IndexFilter filter) {
    return switch (filter) {
      case IndexFilter.All all -> new IndexFilter.All(all(all.filters()));
      case IndexFilter.Any any -> new IndexFilter.Any(all(any.filters()));
      case IndexFilter.Not not -> new IndexFilter.Not(of(not.filter()));
      case IndexFilter.Missing missing -> new IndexFilter.Missing(of(missing.field()));
      case IndexFilter.Compare compare ->
          new IndexFilter.Compare(of(compare.field()), compare.relation(), of(compare.value()));
      case IndexFilter.In in ->
          new IndexFilter.In(of(in.field()), in.values().stream().map(Canonical::of).toList());
    };
  }

  private static List<IndexFilter> all(List<IndexFilter> filters) {
    return filters.stream().map(Canonical::of).toList();
  }
}
