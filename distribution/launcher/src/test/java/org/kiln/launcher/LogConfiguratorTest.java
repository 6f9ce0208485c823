package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogConfiguratorTest {
  @TempDir private Path data;

  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  private Level level(String logger) {
    return context.getLogger(logger).getEffectiveLevel();
  }

  private void configure(String level, String others) throws Exception {
    LogConfigurator.use(
        data,
        Configuration.load(
            null,
            Map.of(),
            Map.of("data", data.toString(), "log.level", level, "log.loggers", others)));
    LogConfigurator configurator = new LogConfigurator();
    configurator.setContext(context);
    configurator.configure(context);
  }

  @Test
  void shouldShowTheNodeAndNotItsLibraries() throws Exception {
    configure("trace", "com.example, org.other");
    assertThat(level("org.kiln.http.Gateway")).isEqualTo(Level.TRACE);
    assertThat(level("kiln.http.access")).isEqualTo(Level.TRACE);
    assertThat(level("com.example.hello.Route")).isEqualTo(Level.TRACE);
    assertThat(level("org.other")).isEqualTo(Level.TRACE);
    assertThat(level("org.eclipse.jetty.http.HttpParser")).isEqualTo(Level.WARN);
    assertThat(level("com.elsewhere")).isEqualTo(Level.INFO);
  }

  @Test
  void shouldBeNoLouderThanAsked() throws Exception {
    configure("error", "");
    assertThat(level("org.kiln.http.Gateway")).isEqualTo(Level.ERROR);
    assertThat(level("org.eclipse.jetty.server.Server")).isEqualTo(Level.ERROR);
    assertThat(level("com.elsewhere")).isEqualTo(Level.ERROR);
  }
}
