package org.kiln.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProcessNumbersTest {
  private final ProcessNumbers numbers = new ProcessNumbers();

  @Test
  void shouldTellOfProcessAndJvmByTheNamesOfPrometheusOwnLibrary() {
    assertThat(text())
        .containsPattern("\nprocess_cpu_seconds_total [0-9]")
        .containsPattern("\nprocess_start_time_seconds [1-9]")
        .containsPattern("\njvm_memory_used_bytes\\{area=\"heap\"} [1-9]")
        .containsPattern("\njvm_threads_current [1-9]")
        .contains("# TYPE jvm_gc_collection_seconds summary\n")
        .contains("jvm_runtime_info{runtime=", "\njvm_classes_currently_loaded ");
  }

  @Test
  void shouldEndEveryLineAndRepeatNoFamily() {
    assertThat(text()).endsWith("\n");
    assertThat(text().lines().filter(line -> line.startsWith("# TYPE ")))
        .isNotEmpty()
        .doesNotHaveDuplicates();
  }

  private String text() {
    return new String(numbers.text(), StandardCharsets.UTF_8);
  }
}
