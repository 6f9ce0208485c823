package org.kiln.api.ipld;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A value of the IPLD data model. Immutable.
 *
 * <p>Integers and floats stay apart as they were read: DAG-CBOR {@code 01} is an {@link Int},
 * {@code fb…} a {@link Float64}. Map entries keep the order they were read or put in; two maps are
 * equal whatever their order.
 *
 * @see <a href="https://ipld.io/docs/data-model/">IPLD data model</a>
 */
public sealed interface Ipld {

  /** The one null. */
  Ipld NULL = new Null();

  /** True. */
  Ipld TRUE = new Bool(true);

  /** False. */
  Ipld FALSE = new Bool(false);

  /** Null. */
  record Null() implements Ipld {}

  /**
   * A boolean.
   *
   * @param value true or false
   */
  record Bool(boolean value) implements Ipld {}

  /**
   * An integer from −2^64 to 2^64−1, the range of DAG-CBOR.
   *
   * @param value the number
   */
  record Int(BigInteger value) implements Ipld {
    private static final BigInteger MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
    private static final BigInteger MIN = BigInteger.TWO.pow(64).negate();

    /** Checks the range. */
    public Int {
      if (value.bitLength() > 63 && (value.compareTo(MAX) > 0 || value.compareTo(MIN) < 0)) {
        throw new IllegalArgumentException("Integer out of range: " + value);
      }
    }
  }

  /**
   * A 64-bit float; never NaN or infinite.
   *
   * @param value the number
   */
  record Float64(double value) implements Ipld {
    /** Checks that the number is finite. */
    public Float64 {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("Not a finite number: " + value);
      }
    }
  }

  /**
   * Text.
   *
   * @param value the characters
   */
  record Text(String value) implements Ipld {}

  /** Bytes. */
  final class Bytes implements Ipld {
    private final byte[] value;

    /** Copies the bytes. */
    public Bytes(byte[] value) {
      this(value.clone(), true);
    }

    private Bytes(byte[] value, boolean own) {
      this.value = value;
    }

    /** Bytes that are not copied: nobody may change the array afterwards. */
    public static Bytes wrap(byte[] value) {
      return new Bytes(value, true);
    }

    /** A copy of the bytes. */
    public byte[] value() {
      return value.clone();
    }

    /** How many bytes. */
    public int size() {
      return value.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Bytes[" + value.length + "]";
    }
  }

  /**
   * A list.
   *
   * @param items the members, never null
   */
  record List(java.util.List<Ipld> items) implements Ipld {
    /** Copies the list. */
    public List {
      items = java.util.List.copyOf(items);
    }
  }

  /**
   * A map with text keys.
   *
   * @param entries the members in their order, never null
   */
  record Map(java.util.Map<String, Ipld> entries) implements Ipld {
    /** The empty map. */
    public static final Map EMPTY = new Map(java.util.Map.of());

    /** Copies the map and keeps its order. */
    public Map {
      entries = entries instanceof MapEntries ? entries : MapEntries.copyOf(entries);
    }

    /** Collects the members of a map in their order. */
    public static final class Builder {
      private MapEntries entries = new MapEntries();

      /** Puts a member; answers the one that had that name before, or null. */
      public Ipld put(String key, Ipld value) {
        return entries.add(Objects.requireNonNull(key), Objects.requireNonNull(value));
      }

      /** Puts a member and goes on. */
      public Builder with(String key, Ipld value) {
        put(key, value);
        return this;
      }

      /** The map; the builder is spent. */
      public Map build() {
        MapEntries own = entries;
        entries = null;
        return new Map(own);
      }
    }

    /** A builder without members. */
    public static Builder builder() {
      return new Builder();
    }

    /** The member of that name, empty when absent; a present null is {@link Ipld#NULL}. */
    public Optional<Ipld> get(String key) {
      return Optional.ofNullable(entries.get(key));
    }

    /** The text of that name; empty when absent or no text. */
    public Optional<String> text(String key) {
      return entries.get(key) instanceof Text text ? Optional.of(text.value()) : Optional.empty();
    }

    /** A copy with one member put: replaced in its place, or appended. */
    public Map with(String key, Ipld value) {
      MapEntries copy = MapEntries.copyOf(entries);
      copy.add(key, Objects.requireNonNull(value));
      return new Map(copy);
    }

    /** A copy without that member. */
    public Map without(String key) {
      MapEntries copy = MapEntries.copyOf(entries);
      copy.drop(key);
      return new Map(copy);
    }
  }

  /**
   * A link to another block.
   *
   * @param cid its identifier
   */
  record Link(Cid cid) implements Ipld {}

  /** An integer value. */
  static Int of(long value) {
    return new Int(BigInteger.valueOf(value));
  }

  /** A text value. */
  static Text of(String value) {
    return new Text(value);
  }

  /** A boolean value. */
  static Ipld of(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** A link value. */
  static Link of(Cid cid) {
    return new Link(cid);
  }

  /** A map of the given names and values, in that order. */
  static Map map(Object... namesAndValues) {
    Map.Builder entries = Map.builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.put((String) namesAndValues[i], (Ipld) namesAndValues[i + 1]);
    }
    return entries.build();
  }

  /** A list of the given values. */
  static List list(Ipld... items) {
    return new List(java.util.List.of(items));
  }
}
