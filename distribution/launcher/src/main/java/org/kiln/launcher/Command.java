package org.kiln.launcher;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One command, as help, completion and the correction of slips know it.
 *
 * @param name the first word
 * @param summary what {@code kiln help} says of it
 * @param settings whether it takes {@code --data}, {@code --set} and the like
 * @param json whether it answers scripts with {@code --json}
 * @param forms the ways to call it
 */
record Command(String name, String summary, boolean settings, boolean json, List<Form> forms) {
  /** What a command prints for scripts. */
  static final String JSON = "--json";

  /**
   * A way to call a command.
   *
   * @param words what follows the command's name: verbs in small letters, what the user puts in
   *     capitals, what may be left out in brackets
   * @param text what it does
   */
  record Form(String words, String text) {
    /** The verb, if it has one. */
    Optional<String> verb() {
      String first = words.split("[ |]")[0].replaceFirst("^\\[([a-z]+)]$", "$1");
      return first.matches("[a-z]+") ? Optional.of(first) : Optional.empty();
    }
  }

  /** A command that takes settings. */
  static Command of(String name, String summary, Form... forms) {
    return new Command(name, summary, true, false, List.of(forms));
  }

  /** One that takes settings, and whose answers scripts want too. */
  static Command asked(String name, String summary, Form... forms) {
    return new Command(name, summary, true, true, List.of(forms));
  }

  /** One that has nothing to do with a node. */
  static Command apart(String name, String summary, Form... forms) {
    return new Command(name, summary, false, false, List.of(forms));
  }

  static Form form(String words, String text) {
    return new Form(words, text);
  }

  /** The words it knows as its first. */
  Set<String> verbs() {
    Set<String> verbs = new LinkedHashSet<>();
    forms.forEach(form -> form.verb().ifPresent(verbs::add));
    return verbs;
  }

  /** The options that only some commands have, this one among them. */
  Set<String> flags() {
    Set<String> flags = new LinkedHashSet<>(json ? List.of(JSON) : List.of());
    for (Form form : forms) {
      for (String word : form.words().split("[\\s\\[\\]|]+")) {
        if (word.startsWith("--")) {
          flags.add(word);
        }
      }
    }
    return flags;
  }
}
