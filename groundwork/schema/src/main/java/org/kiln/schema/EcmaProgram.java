package org.kiln.schema;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * An expression as instructions, which read a text forwards or, to look behind, backwards. Counted
 * repetitions are written out. Immutable.
 */
final class EcmaProgram {
  private final Step[] steps;
  private final boolean forward;

  /** What an instruction does. */
  enum Op {
    ONE,
    SPLIT,
    JUMP,
    EDGE,
    LOOK,
    MATCH
  }

  /** One instruction; which of the fields matter depends on the operation. */
  static final class Step {
    final Op op;
    int first;
    int second;
    CharSet set;
    EcmaNode.Edge edge;
    Lookaround look;

    private Step(Op op) {
      this.op = op;
    }
  }

  /**
   * A condition on the text before or after a place.
   *
   * @param negated whether the text must not be there
   * @param from walks away from the place, to answer for that one
   * @param towards walks over all of the text towards the places, to answer for every one at once:
   *     wherever it has a match, {@code from} would have one
   */
  record Lookaround(boolean negated, EcmaProgram from, EcmaProgram towards) {}

  private EcmaProgram(Step[] steps, boolean forward) {
    this.steps = steps;
    this.forward = forward;
  }

  Step step(int index) {
    return steps[index];
  }

  int length() {
    return steps.length;
  }

  boolean forward() {
    return forward;
  }

  /** Whether it can only match at the beginning of a text. */
  boolean anchored() {
    return steps[0].op == Op.EDGE && steps[0].edge == EcmaNode.Edge.START;
  }

  /** Writes programs, those of lookarounds included, as far as the limit goes. */
  static final class Writer {
    private final int limit;
    private final Map<EcmaNode.Look, Lookaround> looks = new IdentityHashMap<>();
    private int size;

    Writer(int limit) {
      this.limit = limit;
    }

    /** Instructions written so far. */
    int size() {
      return size;
    }

    /**
     * Writes the program of an expression.
     *
     * @throws SchemaException when it is too large
     */
    EcmaProgram write(EcmaNode node, boolean forward) throws SchemaException {
      List<Step> steps = new ArrayList<>();
      emit(steps, node, forward);
      add(steps, Op.MATCH);
      return new EcmaProgram(steps.toArray(Step[]::new), forward);
    }

    private void emit(List<Step> steps, EcmaNode node, boolean forward) throws SchemaException {
      switch (node) {
        case EcmaNode.One one -> add(steps, Op.ONE).set = one.set();
        case EcmaNode.Edge edge -> add(steps, Op.EDGE).edge = edge;
        case EcmaNode.Look look -> add(steps, Op.LOOK).look = lookaround(look);
        case EcmaNode.Sequence sequence -> {
          List<EcmaNode> parts = forward ? sequence.parts() : sequence.parts().reversed();
          for (EcmaNode part : parts) {
            emit(steps, part, forward);
          }
        }
        case EcmaNode.Choice choice -> choice(steps, choice.branches(), forward);
        case EcmaNode.Repeat repeat -> repeat(steps, repeat, forward);
      }
    }

    private Lookaround lookaround(EcmaNode.Look look) throws SchemaException {
      Lookaround known = looks.get(look);
      if (known == null) {
        EcmaProgram from = write(look.body(), look.ahead());
        // The same once more counts for itself: an expression is as large as it is written.
        int before = size;
        size = 0;
        EcmaProgram towards = write(look.body(), !look.ahead());
        size = before;
        known = new Lookaround(look.negated(), from, towards);
        looks.put(look, known);
      }
      return known;
    }

    private void choice(List<Step> steps, List<EcmaNode> branches, boolean forward)
        throws SchemaException {
      List<Step> exits = new ArrayList<>();
      for (int i = 0; i < branches.size() - 1; i++) {
        Step split = add(steps, Op.SPLIT);
        split.first = steps.size();
        emit(steps, branches.get(i), forward);
        exits.add(add(steps, Op.JUMP));
        split.second = steps.size();
      }
      emit(steps, branches.getLast(), forward);
      for (Step exit : exits) {
        exit.first = steps.size();
      }
    }

    private void repeat(List<Step> steps, EcmaNode.Repeat repeat, boolean forward)
        throws SchemaException {
      int before = steps.size();
      for (int i = 0; i < repeat.least(); i++) {
        emit(steps, repeat.body(), forward);
        if (steps.size() == before) {
          return;
        }
      }
      if (repeat.most() < 0) {
        Step split = add(steps, Op.SPLIT);
        int loop = steps.size() - 1;
        split.first = steps.size();
        emit(steps, repeat.body(), forward);
        add(steps, Op.JUMP).first = loop;
        split.second = steps.size();
        return;
      }
      List<Step> exits = new ArrayList<>();
      for (int i = repeat.least(); i < repeat.most(); i++) {
        Step split = add(steps, Op.SPLIT);
        exits.add(split);
        split.first = steps.size();
        emit(steps, repeat.body(), forward);
      }
      for (Step exit : exits) {
        exit.second = steps.size();
      }
    }

    private Step add(List<Step> steps, Op op) throws SchemaException {
      if (++size > limit) {
        throw new SchemaException("Regular expression is too large");
      }
      Step step = new Step(op);
      steps.add(step);
      return step;
    }
  }
}
