package org.kiln.launcher;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code kiln doctor} found.
 *
 * @param level how bad it is
 * @param about what it looked at
 * @param text what is so
 * @param advice what to do; empty when there is nothing to do
 */
record Finding(Level level, String about, String text, String advice) {
  /** How bad something is. */
  enum Level {
    /** As it should be. */
    OK,
    /** The node works, but not all of it, or not for long. */
    WARNING,
    /** The node cannot work like that. */
    BAD
  }

  static Finding ok(String about, String text) {
    return new Finding(Level.OK, about, text, "");
  }

  static Finding warning(String about, String text, String advice) {
    return new Finding(Level.WARNING, about, text, advice);
  }

  static Finding bad(String about, String text, String advice) {
    return new Finding(Level.BAD, about, text, advice);
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("level", level.name());
    members.put("about", about);
    members.put("text", text);
    members.put("advice", advice.isEmpty() ? null : advice);
    return members;
  }
}
