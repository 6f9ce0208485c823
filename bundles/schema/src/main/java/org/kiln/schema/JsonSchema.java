package org.kiln.schema;

import java.util.List;
import org.kiln.api.ipld.Ipld;

/**
 * A compiled schema. Compiling costs as much as some twenty validations, so keep it. Sizes, depth
 * and time are bounded on both sides: neither a schema nor a value can hang the caller. Immutable
 * and thread-safe.
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
   * @throws SchemaException when it is malformed, refused by the dialect's strictness, refers to
   *     what is not in it, or is too large
   */
  public static JsonSchema compile(Ipld schema, SchemaDialect dialect) throws SchemaException {
    SchemaCompiler compiler = new SchemaCompiler(dialect, schema);
    Node root = compiler.root(schema);
    return new JsonSchema(root, compiler.tracking(), compiler.kilobytes());
  }

  /** About how much memory this takes, in KiB, for those who keep many; at least 1. */
  public int kilobytes() {
    return kilobytes;
  }

  /**
   * Judges a value.
   *
   * @return all that is wrong with it, in Ajv's order; empty when it is valid
   */
  public List<Violation> validate(Ipld value) {
    Run run = new Run(tracking);
    try {
      root.validate(value, run);
    } catch (Run.Exhausted e) {
      return List.of(new Violation("", "cannot be validated: " + e.getMessage()));
    } catch (StackOverflowError e) {
      // The depth is bounded, but the caller may have come with little stack left.
      return List.of(new Violation("", "cannot be validated: nested too deeply"));
    }
    return run.violations();
  }
}
