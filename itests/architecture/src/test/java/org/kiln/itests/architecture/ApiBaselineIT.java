package org.kiln.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.Baseline.Info;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.libg.reporter.ReporterAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The plugin API against the frozen one: what plugins were built against goes on, and every change
 * that they can see shows in the version of its package. A release freezes a new one, as {@code
 * plugins-api/api/baseline/kiln-plugins-api-VERSION.jar}, and the old one goes.
 */
class ApiBaselineIT {

  private static Path frozen() throws Exception {
    Path folder = Path.of("../../plugins-api/api/baseline"); // from this module
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
      assertThat(jars).hasSize(1);
      return jars.get(0);
    }
  }

  private static Path current() {
    return ShippedBundles.ours().stream()
        .filter(jar -> ShippedBundles.symbolicName(jar).equals("org.kiln.plugins.api"))
        .findFirst()
        .orElseThrow();
  }

  private static Set<Info> compare(Jar newer, Jar older) throws Exception {
    return new Baseline(new ReporterAdapter(), new DiffPluginImpl()).baseline(newer, older, null);
  }

  private static List<String> complaints(Set<Info> packages) {
    return packages.stream()
        .filter(info -> info.mismatch)
        .map(
            info ->
                info.packageName
                    + " is "
                    + info.newerVersion
                    + " and must be "
                    + info.suggestedVersion
                    + " (package-info.java): "
                    + info.packageDiff.getDelta()
                    + " against the frozen "
                    + info.olderVersion)
        .sorted()
        .toList();
  }

  @Test
  void shouldKeepWhatPluginsWereBuiltAgainst() throws Exception {
    try (Jar newer = new Jar(current().toFile());
        Jar older = new Jar(frozen().toFile())) {
      Set<Info> packages = compare(newer, older);
      assertThat(packages).extracting(info -> info.packageName).contains("org.kiln.api.stream");
      assertThat(complaints(packages)).isEmpty();
    }
  }

  @Test
  void rejectsABreakingChangeUnderTheSameVersion() throws Exception {
    try (Jar newer = new Jar(current().toFile());
        Jar older = new Jar(frozen().toFile())) {
      newer.remove("org/kiln/api/http/HttpProblem.class");
      assertThat(complaints(compare(newer, older)))
          .singleElement()
          .asString()
          .contains("org.kiln.api.http is 1.0.0 and must be 2.0.0")
          .contains("MAJOR");
    }
  }
}
