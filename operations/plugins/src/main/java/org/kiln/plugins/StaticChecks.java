package org.kiln.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be said against a jar by its manifest alone. */
final class StaticChecks {
  /** Commas within quotes do not part the clauses of a header. */
  private static final Pattern CLAUSES = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

  private final Set<String> accepted;

  /**
   * Checks.
   *
   * @param accepted SHA-256 of the only jars that are let in; empty for any
   */
  StaticChecks(Set<String> accepted) {
    this.accepted = accepted;
  }

  /**
   * The reasons to refuse a jar, as sentences; empty when there are none.
   *
   * @param ours whether it takes the place of a bundle that ships with the node
   */
  List<String> problems(Jar jar, boolean ours) {
    List<String> problems = new ArrayList<>();
    if (!accepted.isEmpty() && !accepted.contains(jar.sha256())) {
      problems.add(
          "Its SHA-256 "
              + jar.sha256()
              + " is not among those this node accepts. Add it to plugins.accepted-sha256 if you"
              + " trust it.");
    }
    if (!jar.header("Fragment-Host").isEmpty()) {
      problems.add(
          "It is a fragment of another bundle. A plugin stands by itself: package it whole.");
    }
    if (!jar.header("DynamicImport-Package").isEmpty()) {
      problems.add(
          "It has DynamicImport-Package, so nobody could say what it needs. Import the packages by"
              + " name.");
    }
    for (String exported : packages(jar.header("Export-Package"))) {
      if (exported.equals("org.kiln") || exported.startsWith("org.kiln.")) {
        problems.add(
            "It exports "
                + exported
                + ", and packages under org.kiln are the node's. Move your classes elsewhere, or"
                + " export nothing.");
      }
    }
    if (jar.carriesApi()) {
      problems.add(
          "It carries its own copy of org.kiln.api. Take kiln-plugins-api in scope provided, so"
              + " that the node's is used.");
    }
    List<String> imported = packages(jar.header("Import-Package"));
    if (imported.stream().noneMatch(name -> name.startsWith("org.kiln.api."))) {
      problems.add(
          "It imports nothing of org.kiln.api, so it can serve nothing here. Is it a library? Put"
              + " that into the plugin that uses it.");
    }
    if (!ours) {
      imported.stream().flatMap(name -> inside(name).stream()).forEach(problems::add);
    }
    return problems;
  }

  /** What speaks against the import of a package of ours; empty for any other. */
  private static Optional<String> inside(String name) {
    if (!name.startsWith("org.kiln.") || name.startsWith("org.kiln.api.")) {
      return Optional.empty();
    }
    String why;
    if (name.startsWith("org.kiln.kit.")) {
      why =
          ", and nobody exports the kit: each plugin carries what it uses of it. Add"
              + " \"-conditionalpackage: org.kiln.kit.*\" to its bnd.bnd.";
    } else if (name.equals("org.kiln.testkit")) {
      why = ", which is for tests. Take kiln-plugins-testkit in scope test.";
    } else {
      why = ", which is the node's inside and may change any day. Use org.kiln.api only.";
    }
    return Optional.of("It imports " + name + why);
  }

  private static List<String> packages(String header) {
    List<String> names = new ArrayList<>();
    if (header.isBlank()) {
      return names;
    }
    for (String clause : CLAUSES.split(header)) {
      for (String part : clause.split(";")) {
        String name = part.strip();
        if (!name.contains("=") && !name.contains("\"") && !name.isEmpty()) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
