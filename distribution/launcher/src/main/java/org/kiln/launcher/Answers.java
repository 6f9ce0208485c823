package org.kiln.launcher;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts what a node answered where it was asked for: as words for people, or as it is, one JSON
 * text, for scripts.
 */
record Answers(PrintStream out, boolean json) {
  /** An answer, or the refusal that it is. */
  int show(AdminConnection.Reply reply, Consumer<Map<String, String>> words)
      throws RefusedException {
    Map<String, String> fields = reply.orRefuse();
    if (json) {
      out.println(Json.shown(reply.body()));
    } else {
      words.accept(fields);
    }
    return Exit.OK;
  }

  /** What is put together here of several answers. */
  void show(Map<String, Object> members) {
    out.println(Json.shown(Json.of(members)));
  }
}
