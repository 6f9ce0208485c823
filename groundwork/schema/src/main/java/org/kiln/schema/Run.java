package org.kiln.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Ipld;

/** One validation under way: where it is, what it has found, what it may still spend. */
final class Run {
  private static final int MAX_VIOLATIONS = 1000;
  private static final int MAX_DEPTH = 1000;

  /** Steps for holding a value against a schema, for each of its keywords, and for a sentence. */
  private static final int NODE = 4;

  private static final int KEYWORD = 2;
  private static final int VIOLATION = 10;

  /** Steps where it is noted what has been looked at. */
  private static final int TRACKED = 6;

  /** Characters of all that is said together, however long the names in a schema or a value are. */
  private static final int MAX_TEXT = 1 << 18;

  private final List<Violation> violations = new ArrayList<>(0);
  private final Budget budget;
  private final boolean tracking;
  private Object[] path = new Object[8];
  private int pathLength;
  private int textLength;
  private int quiet;
  private int depth;
  private Evaluated evaluated;

  Run(boolean tracking, Budget budget) {
    this.tracking = tracking;
    this.budget = budget;
    this.evaluated = tracking ? new Evaluated() : null;
  }

  List<Violation> violations() {
    return violations;
  }

  Budget budget() {
    return budget;
  }

  void spend(long steps) {
    budget.spend(steps);
  }

  /** What the keywords at this place have looked at; null when no keyword asks for it. */
  Evaluated evaluated() {
    return evaluated;
  }

  boolean fail(String message) {
    return fail(message, "", "");
  }

  /**
   * Says what is wrong, in three pieces, since the one between may be long and often not needed.
   */
  boolean fail(String before, String name, String after) {
    int left = MAX_TEXT - textLength;
    if (quiet == 0 && violations.size() < MAX_VIOLATIONS && left > 0) {
      String pointer = shortened(pointer(left), left);
      int rest = left - pointer.length();
      String message = before + shortened(name, rest) + after;
      budget.spend(VIOLATION);
      budget.read(pointer.length() + message.length());
      textLength += pointer.length() + message.length();
      violations.add(new Violation(pointer, message));
    }
    return false;
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, Math.max(0, most)) + "…";
  }

  /** Pays for a schema of so many keywords, and goes one level down. */
  void enter(int keywords) {
    budget.spend(NODE + (long) KEYWORD * keywords);
    if (++depth > MAX_DEPTH) {
      throw new Budget.Exhausted("schema references nest more than " + MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  /** Validates a part of the value: a member or an item. */
  boolean part(Node node, Object key, Ipld value) {
    if (pathLength == path.length) {
      path = Arrays.copyOf(path, pathLength * 2);
    }
    path[pathLength++] = key;
    boolean valid = besides(node, value);
    pathLength--;
    return valid;
  }

  /** Validates a value that is not in the document, at the place we are: a property's name. */
  boolean besides(Node node, Ipld value) {
    budget.spend(tracking ? TRACKED : 1);
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
    budget.spend(tracking ? TRACKED : 1);
    if (!tracking) {
      return node.validate(value, this);
    }
    Evaluated outer = evaluated;
    Evaluated inner = new Evaluated();
    evaluated = inner;
    boolean valid = node.validate(value, this);
    evaluated = outer;
    if (valid || counts) {
      budget.spend(2L * inner.size());
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
    List<Violation> forgotten = violations.subList(mark, violations.size());
    for (Violation violation : forgotten) {
      textLength -= violation.path().length() + violation.message().length();
    }
    forgotten.clear();
  }

  private String pointer(int most) {
    if (pathLength == 0) {
      return "";
    }
    StringBuilder pointer = new StringBuilder();
    for (int i = 0; i < pathLength && pointer.length() <= most; i++) {
      String key = shortened(path[i].toString(), most);
      pointer.append('/').append(key.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }
}
