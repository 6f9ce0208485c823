package org.kiln.schema;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;
import org.kiln.schema.EcmaProgram.Lookaround;
import org.kiln.schema.EcmaProgram.Step;

/**
 * One search in one text, which follows all possibilities at once, one character after the other.
 * Places are counted in UTF-16 units and never lie within a pair of surrogates.
 */
final class EcmaWalk {
  private static final int LOOK = 4;

  private final String text;
  private final Budget budget;
  private Map<Lookaround, Seen> seen;

  EcmaWalk(String text, Budget budget) {
    this.text = text;
    this.budget = budget;
  }

  /** What is known of one lookaround in this text. */
  private static final class Seen {
    private long spent;
    private BitSet places;
  }

  /** Whether the text from there on contains a match, or begins with one. */
  boolean matches(EcmaProgram program, int from, boolean anywhere) {
    return run(program, from, anywhere, null);
  }

  /**
   * Runs a program.
   *
   * @param ends told of every place at which it has a match; null to stop at the first
   */
  private boolean run(EcmaProgram program, int from, boolean anywhere, BitSet ends) {
    Threads threads = budget.threads(program);
    threads.clear();
    boolean forward = program.forward();
    int at = from;
    while (true) {
      if ((anywhere || at == from)
          && enter(program, threads, threads.now(), 0, at)
          && isEnough(ends, at)) {
        return true;
      }
      Threads.Places now = threads.now();
      boolean over = forward ? at == text.length() : at == 0;
      if (over || now.size() == 0 && !anywhere) {
        return false;
      }
      int c = forward ? text.codePointAt(at) : text.codePointBefore(at);
      at += forward ? Character.charCount(c) : -Character.charCount(c);
      budget.spend(now.size() + 1);
      for (int i = 0; i < now.size(); i++) {
        int index = now.get(i);
        Step step = program.step(index);
        if (step.op == EcmaProgram.Op.ONE
            && step.set.contains(c, budget)
            && enter(program, threads, threads.next(), index + 1, at)
            && isEnough(ends, at)) {
          return true;
        }
      }
      threads.advance();
    }
  }

  private static boolean isEnough(BitSet ends, int at) {
    if (ends != null) {
      ends.set(at);
    }
    return ends == null;
  }

  /** Adds an instruction and all it leads to without reading; answers whether one is a match. */
  private boolean enter(
      EcmaProgram program, Threads threads, Threads.Places places, int start, int at) {
    int[] stack = threads.stack;
    int depth = 0;
    int popped = 0;
    boolean match = false;
    stack[depth++] = start;
    while (depth > 0) {
      int index = stack[--depth];
      popped++;
      if (!places.add(index)) {
        continue;
      }
      Step step = program.step(index);
      switch (step.op) {
        case MATCH -> match = true;
        case JUMP -> stack[depth++] = step.first;
        case SPLIT -> {
          stack[depth++] = step.second;
          stack[depth++] = step.first;
        }
        case EDGE -> {
          if (isAt(step.edge, at)) {
            stack[depth++] = index + 1;
          }
        }
        case LOOK -> {
          if (holds(step.look, at)) {
            stack[depth++] = index + 1;
          }
        }
        case ONE -> {
          // Waits for the next character.
        }
      }
    }
    budget.spend(popped);
    return match;
  }

  /**
   * Whether a lookaround holds at a place. Asked at few places, it looks from each; once that has
   * cost as much as the text is long, it looks at all the text one time and knows every place.
   */
  private boolean holds(Lookaround look, int at) {
    budget.spend(LOOK);
    if (seen == null) {
      seen = new IdentityHashMap<>();
    }
    Seen known = seen.get(look);
    if (known == null) {
      budget.spend(10 * LOOK);
      known = new Seen();
      seen.put(look, known);
    }
    if (known.places == null && known.spent > text.length()) {
      budget.read(text.length());
      BitSet places = new BitSet(text.length() + 1);
      run(look.towards(), look.towards().forward() ? 0 : text.length(), true, places);
      known.places = places;
    }
    boolean found;
    if (known.places != null) {
      found = known.places.get(at);
    } else {
      long before = budget.spent();
      found = matches(look.from(), at, false);
      known.spent += budget.spent() - before;
    }
    return found != look.negated();
  }

  private boolean isAt(EcmaNode.Edge edge, int at) {
    return switch (edge) {
      case START -> at == 0;
      case END -> at == text.length();
      case WORD -> isWord(at - 1) != isWord(at);
      case NOT_WORD -> isWord(at - 1) == isWord(at);
    };
  }

  private boolean isWord(int at) {
    return at >= 0 && at < text.length() && CharSet.WORD.contains(text.charAt(at), budget);
  }
}
