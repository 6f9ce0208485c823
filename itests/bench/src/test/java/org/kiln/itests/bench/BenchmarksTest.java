package org.kiln.itests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kiln.crypto.accp.NativeProvider;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks run; how fast is no matter here. */
class BenchmarksTest {
  private static final String[] JAVA = {"java"};
  private static final String[] JAVA_SUITES = {"EdDSA java", "ES256 java", "ES256K java"};
  private static final String[] ALL_SUITES = {
    "EdDSA java", "EdDSA native", "ES256 java", "ES256 native", "ES256K java"
  };

  @Test
  void shouldAllRun() throws RunnerException, IOException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("org\\.kiln\\..*Benchmark\\..*")
                    .param("keys", "1000")
                    .param("library", hasNative() ? new String[] {"java", "native"} : JAVA)
                    .param("suite", hasNative() ? ALL_SUITES : JAVA_SUITES)
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(50))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    Set<String> ran = new TreeSet<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      ran.add(name.substring(0, name.lastIndexOf('.')));
    }
    assertThat(ran).isEqualTo(classes()).isNotEmpty();
  }

  /** The native library is for some machines only. */
  private static boolean hasNative() {
    try {
      NativeProvider.load();
      return true;
    } catch (NativeProvider.UnavailableException e) {
      return false;
    }
  }

  /** All that are called so in the sources. */
  private static Set<String> classes() throws IOException {
    Path sources = Path.of("src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith("Benchmark.java"))
          .map(file -> sources.relativize(file).toString())
          .map(file -> file.replace(".java", "").replace(File.separatorChar, '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
