package org.kiln.api.index;

import java.util.List;
import org.kiln.api.ipld.Ipld;

/**
 * What documents have to be like, over the members of their content. As in SQL there is a third
 * answer beside yes and no: a member that is not there or null is neither equal nor unequal to
 * anything, and no {@link Not} makes it so. A member of another kind than the value is unequal to
 * it, and neither below nor above. Field names may hold any character.
 */
public sealed interface IndexFilter {

  /** Every document. */
  IndexFilter EVERYTHING = new All(List.of());

  /**
   * All of them hold; holds when there are none.
   *
   * @param filters the parts
   */
  record All(List<IndexFilter> filters) implements IndexFilter {
    /** Copies the list. */
    public All {
      filters = List.copyOf(filters);
    }
  }

  /**
   * One of them holds; does not when there are none.
   *
   * @param filters the parts
   */
  record Any(List<IndexFilter> filters) implements IndexFilter {
    /** Copies the list. */
    public Any {
      filters = List.copyOf(filters);
    }
  }

  /**
   * The other does not hold.
   *
   * @param filter the other
   */
  record Not(IndexFilter filter) implements IndexFilter {}

  /**
   * A member is not there, or null.
   *
   * @param field its name
   */
  record Missing(String field) implements IndexFilter {}

  /**
   * A member compares so with a value.
   *
   * @param field its name
   * @param relation how
   * @param value a number, text or boolean
   */
  record Compare(String field, Relation relation, Ipld value) implements IndexFilter {}

  /**
   * A member is one of some values.
   *
   * @param field its name
   * @param values numbers, texts and booleans
   */
  record In(String field, List<Ipld> values) implements IndexFilter {
    /** Copies the list. */
    public In {
      values = List.copyOf(values);
    }
  }

  /** How two values compare. */
  enum Relation {
    /** The same value: 1 and 1.0 are. */
    EQUAL,
    /** Below it. */
    LESS,
    /** Below it or the same. */
    LESS_OR_EQUAL,
    /** Above it. */
    GREATER,
    /** Above it or the same. */
    GREATER_OR_EQUAL
  }
}
