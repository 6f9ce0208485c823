package org.kiln.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A regular expression of ECMAScript that only answers whether a text contains a match. It walks
 * all possibilities at once, one character after the other, so that no expression and no text can
 * make it slow: time is at most the length of the text times the size of the expression.
 * Thread-safe.
 */
final class EcmaPattern {
  /** Instructions an expression may compile to, counted repetitions written out. */
  private static final int MAX_SIZE = 20_000;

  private final Program program;
  private final int size;

  private EcmaPattern(Program program, int size) {
    this.program = program;
    this.size = size;
  }

  /** What an instruction does. */
  private enum Op {
    ONE,
    SPLIT,
    JUMP,
    EDGE,
    LOOK,
    MATCH
  }

  /** One instruction; which of the fields matter depends on the operation. */
  private static final class Step {
    private final Op op;
    private int first;
    private int second;
    private CharSet set;
    private EcmaNode.Edge edge;
    private EcmaNode.Look look;
    private Program inner;

    private Step(Op op) {
      this.op = op;
    }
  }

  /** Instructions that read the text forwards or, to look behind, backwards. */
  private static final class Program {
    private final List<Step> building = new ArrayList<>();
    private final boolean forward;
    private final AtomicInteger total;
    private Step[] steps;

    private Program(boolean forward, AtomicInteger total) {
      this.forward = forward;
      this.total = total;
    }
  }

  /**
   * Compiles the value of a {@code pattern} keyword.
   *
   * @throws SchemaException when it is no expression, refers back to a group, or is too large
   */
  static EcmaPattern compile(String source) throws SchemaException {
    EcmaParser parser = new EcmaParser(source, true);
    EcmaNode node = parser.parse();
    if (parser.hasReferences()) {
      throw new SchemaException("References in regular expressions are not supported: " + source);
    }
    AtomicInteger total = new AtomicInteger();
    return new EcmaPattern(program(node, true, total), total.get());
  }

  /** Whether the text is an expression without the {@code u} flag. */
  static boolean isExpression(String source) {
    try {
      new EcmaParser(source, false).parse();
      return true;
    } catch (SchemaException e) {
      return false;
    }
  }

  /** Whether the text contains a match. */
  boolean find(String text) {
    return find(text, new Run(false));
  }

  /** Whether the text contains a match; the run pays for the steps. */
  boolean find(String text, Run run) {
    Step start = program.steps[0];
    boolean anchored = start.op == Op.EDGE && start.edge == EcmaNode.Edge.START;
    return new Walk(text.codePoints().toArray(), run).matches(program, 0, !anchored);
  }

  /** How many instructions it takes. */
  int size() {
    return size;
  }

  private static Program program(EcmaNode node, boolean forward, AtomicInteger total)
      throws SchemaException {
    Program program = new Program(forward, total);
    emit(program, node);
    add(program, Op.MATCH);
    program.steps = program.building.toArray(Step[]::new);
    return program;
  }

  private static void emit(Program program, EcmaNode node) throws SchemaException {
    switch (node) {
      case EcmaNode.One one -> add(program, Op.ONE).set = one.set();
      case EcmaNode.Edge edge -> add(program, Op.EDGE).edge = edge;
      case EcmaNode.Look look -> {
        Step step = add(program, Op.LOOK);
        step.look = look;
        step.inner = program(look.body(), look.ahead(), program.total);
      }
      case EcmaNode.Sequence sequence -> {
        List<EcmaNode> parts = program.forward ? sequence.parts() : sequence.parts().reversed();
        for (EcmaNode part : parts) {
          emit(program, part);
        }
      }
      case EcmaNode.Choice choice -> choice(program, choice.branches());
      case EcmaNode.Repeat repeat -> repeat(program, repeat);
    }
  }

  private static void choice(Program program, List<EcmaNode> branches) throws SchemaException {
    List<Step> exits = new ArrayList<>();
    for (int i = 0; i < branches.size() - 1; i++) {
      Step split = add(program, Op.SPLIT);
      split.first = program.building.size();
      emit(program, branches.get(i));
      exits.add(add(program, Op.JUMP));
      split.second = program.building.size();
    }
    emit(program, branches.getLast());
    for (Step exit : exits) {
      exit.first = program.building.size();
    }
  }

  private static void repeat(Program program, EcmaNode.Repeat repeat) throws SchemaException {
    int before = program.building.size();
    for (int i = 0; i < repeat.least(); i++) {
      emit(program, repeat.body());
      if (program.building.size() == before) {
        return;
      }
    }
    if (repeat.most() < 0) {
      Step split = add(program, Op.SPLIT);
      int loop = program.building.size() - 1;
      split.first = program.building.size();
      emit(program, repeat.body());
      add(program, Op.JUMP).first = loop;
      split.second = program.building.size();
      return;
    }
    List<Step> exits = new ArrayList<>();
    for (int i = repeat.least(); i < repeat.most(); i++) {
      Step split = add(program, Op.SPLIT);
      exits.add(split);
      split.first = program.building.size();
      emit(program, repeat.body());
    }
    for (Step exit : exits) {
      exit.second = program.building.size();
    }
  }

  private static Step add(Program program, Op op) throws SchemaException {
    if (program.total.incrementAndGet() > MAX_SIZE) {
      throw new SchemaException("Regular expression is too large");
    }
    Step step = new Step(op);
    program.building.add(step);
    return step;
  }

  /** One search in one text. */
  private record Walk(int[] text, Run run) {

    boolean matches(Program program, int from, boolean anywhere) {
      Threads now = new Threads(program.steps.length);
      Threads next = new Threads(program.steps.length);
      int at = from;
      while (true) {
        if ((anywhere || at == from) && enter(program, now, 0, at)) {
          return true;
        }
        boolean over = program.forward ? at == text.length : at == 0;
        if (over || now.size == 0 && !anywhere) {
          return false;
        }
        int c = program.forward ? text[at] : text[at - 1];
        at += program.forward ? 1 : -1;
        next.clear();
        run.spend(now.size + 1);
        for (int i = 0; i < now.size; i++) {
          int index = now.dense[i];
          Step step = program.steps[index];
          if (step.op == Op.ONE && step.set.contains(c) && enter(program, next, index + 1, at)) {
            return true;
          }
        }
        Threads spent = now;
        now = next;
        next = spent;
      }
    }

    /** Adds an instruction and all it leads to without reading; answers whether one is a match. */
    private boolean enter(Program program, Threads threads, int start, int at) {
      int[] stack = threads.stack;
      int depth = 0;
      stack[depth++] = start;
      while (depth > 0) {
        int index = stack[--depth];
        if (!threads.add(index)) {
          continue;
        }
        Step step = program.steps[index];
        switch (step.op) {
          case MATCH -> {
            return true;
          }
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
            if (matches(step.inner, at, false) != step.look.negated()) {
              stack[depth++] = index + 1;
            }
          }
          case ONE -> {
            // Waits for the next character.
          }
        }
      }
      return false;
    }

    private boolean isAt(EcmaNode.Edge edge, int at) {
      return switch (edge) {
        case START -> at == 0;
        case END -> at == text.length;
        case WORD -> isWord(at - 1) != isWord(at);
        case NOT_WORD -> isWord(at - 1) == isWord(at);
      };
    }

    private boolean isWord(int at) {
      return at >= 0 && at < text.length && CharSet.WORD.contains(text[at]);
    }
  }

  /** The instructions reached at one place, each once. */
  private static final class Threads {
    private final int[] dense;
    private final int[] sparse;
    private final int[] stack;
    private int size;

    Threads(int capacity) {
      dense = new int[capacity];
      sparse = new int[capacity];
      stack = new int[2 * capacity + 2];
    }

    boolean add(int index) {
      int place = sparse[index];
      if (place < size && dense[place] == index) {
        return false;
      }
      sparse[index] = size;
      dense[size++] = index;
      return true;
    }

    void clear() {
      size = 0;
    }
  }
}
