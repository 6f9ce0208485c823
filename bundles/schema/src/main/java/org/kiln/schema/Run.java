package org.kiln.schema;

import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Ipld;

/** One validation under way: where it is, what it has found, what it may still spend. */
final class Run {
  private static final int MAX_VIOLATIONS = 1000;
  private static final int MAX_DEPTH = 1000;

  /** Steps a validation may take: about a second. */
  private static final long MAX_STEPS = 50_000_000;

  private final List<Violation> violations = new ArrayList<>(0);
  private final boolean tracking;
  private Object[] path = new Object[8];
  private int pathLength;
  private int quiet;
  private int depth;
  private long steps;
  private Evaluated evaluated;

  /** A validation that came to its limit; carries no stack. */
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted(String message) {
      super(message, null, false, false);
    }
  }

  Run(boolean tracking) {
    this.tracking = tracking;
    this.evaluated = tracking ? new Evaluated() : null;
  }

  List<Violation> violations() {
    return violations;
  }

  /** What the keywords at this place have looked at; null when no keyword asks for it. */
  Evaluated evaluated() {
    return evaluated;
  }

  boolean fail(String message) {
    if (quiet == 0 && violations.size() < MAX_VIOLATIONS) {
      violations.add(new Violation(pointer(), message));
    }
    return false;
  }

  void spend(long count) {
    steps += count;
    if (steps > MAX_STEPS) {
      throw new Exhausted("validating takes more than " + MAX_STEPS + " steps");
    }
  }

  void enter() {
    spend(1);
    if (++depth > MAX_DEPTH) {
      throw new Exhausted("schema references nest more than " + MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  /** Validates a part of the value: a member or an item. */
  boolean part(Node node, Object key, Ipld value) {
    if (pathLength == path.length) {
      path = java.util.Arrays.copyOf(path, pathLength * 2);
    }
    path[pathLength++] = key;
    boolean valid = besides(node, value);
    pathLength--;
    return valid;
  }

  /** Validates a value that is not in the document, at the place we are: a property's name. */
  boolean besides(Node node, Ipld value) {
    Evaluated outer = evaluated;
    evaluated = tracking ? new Evaluated() : null;
    boolean valid = node.validate(value, this);
    evaluated = outer;
    return valid;
  }

  /** Validates the same value against another schema; what it looked at counts if it is valid. */
  boolean again(Node node, Ipld value) {
    return again(node, value, false);
  }

  /**
   * Validates the same value against another schema.
   *
   * @param counts whether what it looked at counts even if it is not valid
   */
  boolean again(Node node, Ipld value, boolean counts) {
    if (!tracking) {
      return node.validate(value, this);
    }
    Evaluated outer = evaluated;
    Evaluated inner = new Evaluated();
    evaluated = inner;
    boolean valid = node.validate(value, this);
    evaluated = outer;
    if (valid || counts) {
      outer.add(inner);
    }
    return valid;
  }

  /** As {@link #again}, without telling what is wrong. */
  boolean quietly(Node node, Ipld value) {
    quiet++;
    boolean valid = again(node, value);
    quiet--;
    return valid;
  }

  int mark() {
    return violations.size();
  }

  void forgetSince(int mark) {
    if (violations.size() > mark) {
      violations.subList(mark, violations.size()).clear();
    }
  }

  private String pointer() {
    if (pathLength == 0) {
      return "";
    }
    StringBuilder pointer = new StringBuilder();
    for (int i = 0; i < pathLength; i++) {
      pointer.append('/').append(path[i].toString().replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
