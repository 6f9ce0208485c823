package org.kiln.core.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kiln.core.node.Startup;

class FrameworkStartupTest {
  private final AtomicInteger level = new AtomicInteger(1);
  private final AtomicLong now = new AtomicLong();
  private final FrameworkStartup startup = new FrameworkStartup(60, level::get, now::get);

  @Test
  void shouldWaitForAllBundlesAndThenForTheTasks() {
    Startup.Task task = () -> "the plugins";
    startup.bindTask(task);
    assertThat(startup.pending()).hasValue("its bundles");

    level.set(59);
    assertThat(startup.pending()).hasValue("its bundles");

    level.set(60);
    assertThat(startup.pending()).hasValue("the plugins");

    startup.unbindTask(task);
    assertThat(startup.pending()).isEmpty();
  }

  @Test
  void shouldNotWaitForEverForATaskThatHangs() {
    startup.bindTask(() -> "the plugins");
    level.set(60);
    assertThat(startup.pending()).isPresent();

    now.addAndGet(FrameworkStartup.PATIENCE.toNanos() - 1);
    assertThat(startup.pending()).isPresent();
    now.incrementAndGet();
    assertThat(startup.pending()).isEmpty();
  }

  @Test
  void shouldStayOverWhenItWasOver() {
    level.set(60);
    assertThat(startup.pending()).isEmpty();

    level.set(30);
    startup.bindTask(() -> "the plugins");
    assertThat(startup.pending()).isEmpty();
  }
}
