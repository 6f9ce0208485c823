package org.kiln.kit.stream;

import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

/**
 * JSON Patch as the Ceramic network applies it. That is RFC 6902 with the leniencies of the library
 * all deployed JavaScript nodes use: removing what is not there does nothing, replacing it adds it,
 * array indexes beyond the end are clipped, and a patch that is no list changes nothing. Every node
 * must agree on the result, so the leniencies are kept on purpose.
 *
 * <p>Values are never changed in place. Work and growth are bounded: a patch that copies its way to
 * a document beyond the limit, or nests it deeper than {@value #MAX_DEPTH} levels, is refused.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</a>
 */
public final class JsonPatch {
  /** Deepest nesting of the result, in levels. */
  public static final int MAX_DEPTH = 1000;

  private static final Ipld.Text UNKNOWN = Ipld.of("");

  private final PatchTree tree;
  private final int index;
  private final Ipld.Map operation;
  private final String name;

  private JsonPatch(PatchTree tree, int index, Ipld.Map operation) {
    this.tree = tree;
    this.index = index;
    this.operation = operation;
    this.name = operation.text("op").orElse("");
  }

  /**
   * Applies the operations one after the other.
   *
   * @param document what to start from
   * @param patch a list of operations
   * @return the new document; at most {@link ContentSize#MAX_BYTES} by {@link ContentSize#of}
   * @throws InvalidEventException when an operation cannot be applied or the result grows too large
   */
  public static Ipld apply(Ipld document, Ipld patch) throws InvalidEventException {
    return apply(document, patch, ContentSize.MAX_BYTES);
  }

  /**
   * Applies the operations one after the other.
   *
   * @param document what to start from
   * @param patch a list of operations
   * @param maxBytes largest result, by {@link ContentSize#of}
   * @return the new document
   * @throws InvalidEventException when an operation cannot be applied or the result grows too large
   */
  public static Ipld apply(Ipld document, Ipld patch, long maxBytes) throws InvalidEventException {
    List<Ipld> operations = operations(patch);
    if (operations.isEmpty()) {
      return document;
    }
    PatchTree tree = new PatchTree(document);
    for (int i = 0; i < operations.size(); i++) {
      if (!(operations.get(i) instanceof Ipld.Map operation)) {
        throw new InvalidEventException("JSON Patch operation " + i + " is no object");
      }
      new JsonPatch(tree, i, operation).run();
    }
    return tree.result(maxBytes);
  }

  /** What the JavaScript library would loop over: anything without a length is an empty patch. */
  private static List<Ipld> operations(Ipld patch) throws InvalidEventException {
    return switch (patch) {
      case Ipld.List list -> list.items();
      case Ipld.Null ignored -> throw new InvalidEventException("JSON Patch is missing");
      case Ipld.Text text when !text.value().isEmpty() ->
          throw new InvalidEventException("JSON Patch is a text, not a list of operations");
      case Ipld.Bytes bytes when bytes.size() > 0 ->
          throw new InvalidEventException("JSON Patch is bytes, not a list of operations");
      case Ipld.Map map when map.entries().containsKey("length") ->
          throw new InvalidEventException("JSON Patch is an object with a length, not a list");
      default -> List.of();
    };
  }

  private void run() throws InvalidEventException {
    String path = pointer("path");
    if (path.isEmpty() && operation.entries().containsKey("path")) {
      runOnRoot();
      return;
    }
    String[] keys = keys(path);
    switch (name) {
      case "add" -> tree.add(keys, value());
      case "replace" -> tree.replace(keys, value());
      case "remove" -> tree.remove(keys);
      case "test" -> test(tree.get(keys));
      case "copy" -> {
        tree.get(keys);
        Ipld source = from();
        tree.add(keys, source == null ? Ipld.NULL : source);
      }
      case "move" -> {
        tree.get(keys);
        String from = pointer("from");
        if (!from.isEmpty() || !operation.entries().containsKey("from")) {
          tree.add(keys, tree.remove(keys(from)));
        } else if (tree.root() instanceof Ipld.Map || tree.isList()) {
          throw refused("cannot move the whole document into itself");
        }
      }
      case "_get" -> tree.get(keys);
      default -> throw refused("unknown operation");
    }
  }

  private void runOnRoot() throws InvalidEventException {
    switch (name) {
      case "add", "replace" -> tree.setRoot(value());
      case "copy", "move" -> tree.setRoot(from());
      case "remove" -> tree.setRoot(Ipld.NULL);
      case "test" -> test(tree.root());
      default -> {
        // The JavaScript library lets unknown operations on the whole document pass.
      }
    }
  }

  private void test(Ipld actual) throws InvalidEventException {
    if (!tree.same(actual, value())) {
      throw new InvalidEventException(
          "Test operation failed: operation " + index + " at path '" + shownPath() + "'");
    }
  }

  private Ipld from() throws InvalidEventException {
    String from = pointer("from");
    boolean whole = from.isEmpty() && operation.entries().containsKey("from");
    return whole ? tree.root() : tree.get(keys(from));
  }

  private Ipld value() {
    return operation.get("value").orElse(null);
  }

  private String pointer(String member) throws InvalidEventException {
    return switch (operation.get(member).orElse(UNKNOWN)) {
      case Ipld.Text text -> text.value();
      default -> throw refused("'" + member + "' is no text");
    };
  }

  /**
   * The keys of a pointer, unescaped. Whatever stands before the first slash is skipped; without a
   * slash the key is what JavaScript makes of a missing one.
   */
  private String[] keys(String pointer) throws InvalidEventException {
    int slash = pointer.indexOf('/');
    if (slash < 0 && tree.isList()) {
      throw refused("the path names no index");
    }
    if (slash < 0) {
      return new String[] {"undefined"};
    }
    String[] keys = pointer.substring(slash + 1).split("/", -1);
    if (keys.length > MAX_DEPTH) {
      throw refused("the path is deeper than " + MAX_DEPTH + " levels");
    }
    for (int i = 0; i < keys.length; i++) {
      boolean afterConstructor = i > 0 && keys[i - 1].equals("constructor");
      if (keys[i].indexOf('~') >= 0) {
        keys[i] = keys[i].replace("~1", "/").replace("~0", "~");
      }
      if (keys[i].equals("__proto__") || afterConstructor && keys[i].equals("prototype")) {
        throw refused("modifying __proto__ or constructor/prototype is banned");
      }
    }
    return keys;
  }

  private String shownPath() {
    String path = operation.text("path").orElse("");
    return path.length() > 200 ? path.substring(0, 200) + "…" : path;
  }

  private InvalidEventException refused(String why) {
    String shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
    return new InvalidEventException(
        "JSON-Patch: operation "
            + index
            + " '"
            + shown
            + "' at path '"
            + shownPath()
            + "': "
            + why);
  }
}
