package org.kiln.schema;

import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/**
 * A compiled schema. Compiling costs as much as some twenty validations, so keep it. Sizes, depth
 * and work are bounded on both sides: neither a schema nor a value can keep the caller for much
 * longer than a second, or past its deadline. The bound is one of counted steps, so that a verdict
 * does not depend on how busy a node is. Immutable and thread-safe.
 */
public final class JsonSchema {
  private final Node root;
  private final boolean tracking;
  private final int kilobytes;

  private JsonSchema(Node root, boolean tracking, int kilobytes) {
    this.root = root;
    this.tracking = tracking;
    this.kilobytes = kilobytes;
  }

  /**
   * Compiles a schema.
   *
   * @param schema an object or a boolean
   * @param deadline when compiling must be over
   * @throws SchemaException when it is malformed, refused by the dialect's strictness, refers to
   *     what is not in it, or is too large
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the time is over before it is done
   */
  public static JsonSchema compile(Ipld schema, SchemaDialect dialect, Deadline deadline)
      throws SchemaException {
    return compile(schema, dialect, new Budget(deadline));
  }

  static JsonSchema compile(Ipld schema, SchemaDialect dialect, Budget budget)
      throws SchemaException {
    try {
      SchemaCompiler compiler = new SchemaCompiler(dialect, schema, budget);
      Node root = compiler.root(schema);
      return new JsonSchema(root, compiler.tracking(), compiler.kilobytes());
    } catch (Budget.Exhausted e) {
      throw new SchemaException("schema cannot be compiled: " + e.getMessage());
    }
  }

  /** About how much memory this takes, in KiB, for those who keep many; at least 1. */
  public int kilobytes() {
    return kilobytes;
  }

  /**
   * Judges a value.
   *
   * @param deadline when the verdict must be there
   * @return what is wrong with it, in Ajv's order, the first thousand things at most; empty when it
   *     is valid
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the time is over before there is a
   *     verdict
   */
  public List<Violation> validate(Ipld value, Deadline deadline) {
    return validate(value, new Budget(deadline));
  }

  List<Violation> validate(Ipld value, Budget budget) {
    Run run = new Run(tracking, budget);
    try {
      root.validate(value, run);
    } catch (Budget.Exhausted e) {
      return List.of(new Violation("", "cannot be validated: " + e.getMessage()));
    } catch (StackOverflowError e) {
      // The depth is bounded, but the caller may have come with little stack left.
      return List.of(new Violation("", "cannot be validated: nested too deeply"));
    }
    return run.violations();
  }
}
