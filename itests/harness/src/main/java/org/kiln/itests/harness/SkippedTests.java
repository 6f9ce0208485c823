package org.kiln.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes down which test classes gave up for want of something that is not installed, in {@code
 * target/failsafe-reports/missing-PID.txt}: a line {@code REASON | CLASS} for each. Reports in XML
 * do not have them: a class whose {@code @BeforeAll} gives up ran no test. {@code itests/skipped}
 * and {@code .ci/Layers.java} read it.
 */
public final class SkippedTests implements TestExecutionListener {
  private static final String MISSING = "is not installed";

  private final ConcurrentSkipListSet<String> lines = new ConcurrentSkipListSet<>();

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == Status.ABORTED) {
      result
          .getThrowable()
          .map(Throwable::getMessage)
          .filter(message -> message.contains(MISSING))
          .ifPresent(
              message -> lines.add(message.lines().findFirst().orElse("") + " | " + of(test)));
    }
  }

  private static String of(TestIdentifier test) {
    return test.getSource()
        .map(
            source ->
                switch (source) {
                  case ClassSource type -> type.getClassName();
                  case MethodSource method -> method.getClassName();
                  default -> test.getDisplayName();
                })
        .map(name -> name.substring(name.lastIndexOf('.') + 1))
        .orElse(test.getDisplayName());
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (lines.isEmpty()) {
      return;
    }
    try {
      Path folder = Files.createDirectories(Path.of("target/failsafe-reports"));
      Files.write(
          folder.resolve("missing-" + ProcessHandle.current().pid() + ".txt"),
          List.copyOf(new TreeSet<>(lines)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
