package org.kiln.core.guard.internal;

/** What the stack of a plugin's thread tells. */
final class Stacks {
  private static final String GUARD = Stacks.class.getPackageName() + ".";

  private Stacks() {}

  /**
   * Whether a thread that belongs to a plugin is inside the node, by way of a service it uses. The
   * node's threads are never interrupted: it might be writing to the store.
   */
  static boolean insideNode(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String name = frame.getClassName();
      if (name.startsWith("org.kiln.")
          && !name.startsWith("org.kiln.api.")
          && !name.startsWith("org.kiln.sample.")
          && !name.startsWith(GUARD)) {
        return true;
      }
    }
    return false;
  }

  /** Where a plugin's thread is: the innermost line that is not of the JDK. */
  static String where(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String name = frame.getClassName();
      if (!name.startsWith("java.") && !name.startsWith("jdk.") && !name.startsWith("sun.")) {
        return name.startsWith(GUARD) ? "its very begin" : frame.toString();
      }
    }
    return stack.length == 0 ? "its end" : stack[0].toString();
  }
}
