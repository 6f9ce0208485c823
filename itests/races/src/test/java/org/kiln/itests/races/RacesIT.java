package org.kiln.itests.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/** Has jcstress explore every race of this package for some seconds, in a process of its own. */
class RacesIT {
  /** Of each race; with 60 it takes a quarter of an hour. */
  private static final int SECONDS = Integer.getInteger("kiln.races.seconds", 2);

  private static Map<String, TestResult> results;

  @BeforeAll
  static void explore(@TempDir Path folder) throws Exception {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(9 + SECONDS, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
      System.out.println(Files.readString(said));
    }
    results = read(folder);
  }

  /** One kind of VM, no pinning: races are as good on two cores, and it is over in time. */
  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        "org.openjdk.jcstress.Main",
        "-iters",
        Integer.toString(SECONDS),
        "-time",
        "1000",
        "-f",
        "1",
        "-fsm",
        "1",
        "-sc",
        "false",
        "-af",
        "NONE",
        "-c",
        "2",
        "-hs",
        "256",
        "-spinStyle",
        "THREAD_YIELD",
        "-jvmArgs",
        "-XX:+UseSerialGC",
        "-v");
  }

  private static Map<String, TestResult> read(Path folder) throws Exception {
    InProcessCollector collected = new InProcessCollector();
    try (DirectoryStream<Path> blobs = Files.newDirectoryStream(folder, "*.bin.gz")) {
      for (Path blob : blobs) {
        DiskReadCollector reader = new DiskReadCollector(blob.toString(), collected);
        reader.dump();
        reader.close();
      }
    }
    return collected.getTestResults().stream()
        .collect(Collectors.toMap(TestResult::getName, Function.identity()));
  }

  static Collection<String> races() {
    return TestList.tests();
  }

  @ParameterizedTest
  @MethodSource("races")
  void shouldEndOnlyAsAllowed(String race) {
    TestResult result = results.get(race);
    assertThat(result).as("it was run").isNotNull();
    assertThat(result.status()).isEqualTo(Status.NORMAL);
    assertThat(result.getTotalCount()).isGreaterThan(1_000);
    assertThat(result.grading().failureMessages).isEmpty();
    assertThat(result.grading().isPassed).isTrue();
  }
}
