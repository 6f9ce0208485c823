package org.kiln.schema;

import org.kiln.api.ipld.Ipld;

/** A compiled schema. Immutable once the compiler has finished it. */
final class Node {
  private static final Rule[] NO_RULES = {};

  private boolean always;
  private boolean never;
  private int types;
  private String typeMessage;
  private boolean typeFirst;
  private int groupOfType;
  private Rule[] any = NO_RULES;
  private Rule[] number = NO_RULES;
  private Rule[] string = NO_RULES;
  private Rule[] array = NO_RULES;
  private Rule[] object = NO_RULES;

  /** One keyword: answers whether the value is right, and tells the run what is wrong. */
  @FunctionalInterface
  interface Rule {
    boolean check(Ipld value, Run run);
  }

  static Node constant(boolean verdict) {
    Node node = new Node();
    node.always = verdict;
    node.never = !verdict;
    return node;
  }

  boolean isAlways() {
    return always;
  }

  /**
   * Sets the {@code type} keyword.
   *
   * @param bits the types allowed, 0 for all
   * @param shown the keyword's value as in the message
   * @param group the one group of rules whose type it is, 0 if it has none; the type is then
   *     checked with that group, after the rules for any type
   */
  void setType(int bits, String shown, int group) {
    types = bits;
    typeMessage = "must be " + shown;
    groupOfType = group;
    typeFirst = bits != 0 && group == 0;
  }

  void setRules(Rule[] any, Rule[] number, Rule[] string, Rule[] array, Rule[] object) {
    this.any = any;
    this.number = number;
    this.string = string;
    this.array = array;
    this.object = object;
    this.always =
        types == 0
            && any.length + number.length + string.length + array.length + object.length == 0;
  }

  boolean validate(Ipld value, Run run) {
    if (always) {
      return true;
    }
    if (never) {
      return run.fail("boolean schema is false");
    }
    int kind = JsonTypes.of(value);
    Rule[] group = group(value, kind);
    run.enter(any.length + group.length);
    boolean valid = true;
    if (typeFirst && (kind & types) == 0) {
      valid = run.fail(typeMessage);
    }
    for (Rule rule : any) {
      valid &= rule.check(value, run);
    }
    if (groupOfType != 0 && (kind & groupOfType) == 0) {
      valid = run.fail(typeMessage);
    }
    for (Rule rule : group) {
      valid &= rule.check(value, run);
    }
    run.leave();
    return valid;
  }

  private Rule[] group(Ipld value, int kind) {
    return switch (value) {
      case Ipld.Text ignored -> string;
      case Ipld.List ignored -> array;
      case Ipld.Map ignored -> object;
      case Ipld.Int ignored when kind != 0 -> number;
      case Ipld.Float64 ignored -> number;
      default -> NO_RULES;
    };
  }
}
