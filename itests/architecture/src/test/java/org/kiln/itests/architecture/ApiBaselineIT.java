package org.kiln.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.Baseline.Info;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Jar;
import aQute.bnd.version.Version;
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

  /**
   * The least version a package must have. Before 1.0 bnd accepts anything; we do not: a change
   * that breaks plugins raises the minor version, which their import ranges end at, and one that
   * adds something the micro version.
   */
  private static Version least(Info info) {
    Version older = info.olderVersion;
    if (older.getMajor() > 0) {
      return info.suggestedVersion;
    }
    return switch (info.packageDiff.getDelta()) {
      case MAJOR, REMOVED -> new Version(0, older.getMinor() + 1, 0);
      case MINOR -> new Version(0, older.getMinor(), older.getMicro() + 1);
      default -> older;
    };
  }

  private static List<String> complaints(Set<Info> packages) {
    return packages.stream()
        .filter(info -> info.mismatch || info.newerVersion.compareTo(least(info)) < 0)
        .map(
            info ->
                info.packageName
                    + " is "
                    + info.newerVersion
                    + " and must be "
                    + least(info)
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
      newer.remove("org/kiln/api/did/DidException.class");
      assertThat(complaints(compare(newer, older)))
          .singleElement()
          .asString()
          .contains("org.kiln.api.did is 0.9.0 and must be 0.10.0")
          .contains("MAJOR");
    }
  }

  @Test
  void rejectsAnAdditionUnderTheSameVersion() throws Exception {
    try (Jar newer = new Jar(current().toFile());
        Jar older = new Jar(frozen().toFile())) {
      older.remove("org/kiln/api/did/DidException.class");
      assertThat(complaints(compare(newer, older)))
          .singleElement()
          .asString()
          .contains("org.kiln.api.did is 0.9.0 and must be 0.9.1")
          .contains("MINOR");
    }
  }
}
