package org.kiln.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.List;

/**
 * Sets Logback up without XML: warnings and errors to stderr, everything of the wanted level to
 * {@code logs/kiln.log}, a new file every day and every 20 MB, two weeks and 500 MB at most. Below
 * INFO only Kiln itself speaks, and who is named: the server's parser would write down every
 * credential it reads. Whoever wants it otherwise gives Java {@code
 * -Dlogback.configurationFile=...}.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  /** Where the loggers of the node's own code hang. */
  private static final List<String> KILN = List.of("org.kiln", "kiln");

  private static volatile List<String> others = List.of();
  private static volatile Path directory;
  private static volatile Level level = Level.INFO;

  /** Must be called before anything is logged; without it only stderr is used. */
  static void use(Path logDirectory, Configuration configuration) {
    directory = logDirectory;
    level = Level.toLevel(configuration.get("log.level"), Level.INFO);
    others = configuration.items("log.loggers");
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(atLeast(Level.INFO));
    KILN.forEach(ours -> context.getLogger(ours).setLevel(level));
    others.forEach(plugin -> context.getLogger(plugin).setLevel(level));
    root.addAppender(console(context));
    if (directory != null) {
      root.addAppender(file(context, directory));
    }
    // What these say at INFO is of no use to an operator.
    context.getLogger("org.eclipse.jetty").setLevel(atLeast(Level.WARN));
    context.getLogger("org.apache.felix").setLevel(atLeast(Level.WARN));
    context.getLogger("jetbrains.exodus").setLevel(atLeast(Level.WARN));
    // A commit that fails reaches our store as an exception, and the store says it in one sentence.
    context.getLogger("jetbrains.exodus.env.EnvironmentImpl").setLevel(atLeast(Level.OFF));
    // Warns that its thread was interrupted, at any stop; nothing of ours listens to its events.
    // Without a log service it prints that, unless its LogLevel in the features says not to.
    context.getLogger("osgi.org.apache.felix.eventadmin").setLevel(atLeast(Level.ERROR));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Level atLeast(Level least) {
    return level.isGreaterOrEqual(least) ? level : least;
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("stderr");
    console.setTarget("System.err");
    console.setEncoder(pattern(context, "%d{HH:mm:ss} %-5level %msg%n%nopex"));
    ThresholdFilter warnings = new ThresholdFilter();
    warnings.setLevel("WARN");
    warnings.start();
    console.addFilter(warnings);
    console.start();
    return console;
  }

  private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path directory) {
    RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
    file.setContext(context);
    file.setName("file");
    file.setFile(directory.resolve("kiln.log").toString());
    file.setEncoder(
        pattern(context, "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} %msg%n"));
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> rolling = new SizeAndTimeBasedRollingPolicy<>();
    rolling.setContext(context);
    rolling.setParent(file);
    rolling.setFileNamePattern(directory.resolve("kiln-%d{yyyy-MM-dd}.%i.log.gz").toString());
    rolling.setMaxFileSize(FileSize.valueOf("20MB"));
    rolling.setMaxHistory(14);
    rolling.setTotalSizeCap(FileSize.valueOf("500MB"));
    rolling.start();
    file.setRollingPolicy(rolling);
    file.start();
    return file;
  }

  private static PatternLayoutEncoder pattern(LoggerContext context, String pattern) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    return encoder;
  }
}
