package org.kiln.plugins;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.kiln.plugins.PluginException.Reason;

/** Decides which jars come in, before anything is touched. Thread-safe. */
final class Admission {
  private final StaticChecks checks;
  private final Needs needs;
  private final Offers offers;
  private final Shipped shipped;

  Admission(StaticChecks checks, Needs needs, Offers offers, Shipped shipped) {
    this.checks = checks;
    this.needs = needs;
    this.offers = offers;
    this.shipped = shipped;
  }

  /** The reasons that speak against a jar. */
  List<String> problems(Jar jar) throws PluginException {
    try {
      List<String> problems =
          new ArrayList<>(checks.problems(jar, shipped.has(jar.symbolicName())));
      shipped.fixed(jar.symbolicName()).ifPresent(problems::add);
      if (problems.isEmpty()) {
        problems.addAll(needs.missing(jar));
      }
      if (problems.isEmpty()) {
        String clash =
            offers.clash(jar.declared(), jar.symbolicName(), shipped.has(jar.symbolicName()));
        if (clash != null) {
          problems.add(clash);
        }
      }
      return problems;
    } catch (IOException e) {
      throw new PluginException(Reason.STORAGE, e.getMessage());
    }
  }

  /**
   * Refuses a jar that is not the one that was named.
   *
   * @param sha256 the hash it must have, empty for any
   */
  void checkHash(Jar jar, String sha256) throws PluginException {
    if (!sha256.isEmpty() && !sha256.equalsIgnoreCase(jar.sha256())) {
      throw new PluginException(
          Reason.REFUSED,
          "The jar that came has the SHA-256 "
              + jar.sha256()
              + ", not the one that was named. Something changed it on the way: fetch it again.");
    }
  }
}
