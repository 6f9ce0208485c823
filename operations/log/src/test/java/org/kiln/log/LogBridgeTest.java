package org.kiln.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

class LogBridgeTest {
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final LogBridge bridge = new LogBridge(context::getLogger);

  @BeforeEach
  void listen() {
    lines.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.TRACE);
    root.addAppender(lines);
  }

  /** Hands out its history newest first, as the specification wants. */
  private static final class Reader implements LogReaderService {
    private final List<LogEntry> newestFirst;
    private LogListener listener;

    Reader(LogEntry... newestFirst) {
      this.newestFirst = List.of(newestFirst);
    }

    @Override
    public void addLogListener(LogListener added) {
      listener = added;
    }

    @Override
    public void removeLogListener(LogListener removed) {
      listener = null;
    }

    @Override
    public Enumeration<LogEntry> getLog() {
      return Collections.enumeration(newestFirst);
    }
  }

  private static LogEntry entry(long sequence, LogLevel level, String message) {
    return (LogEntry)
        Proxy.newProxyInstance(
            LogBridgeTest.class.getClassLoader(),
            new Class<?>[] {LogEntry.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getSequence" -> sequence;
                  case "getLogLevel" -> level;
                  case "getMessage" -> message;
                  case "getLoggerName" -> "a.logger";
                  default -> null;
                });
  }

  private List<String> messages() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void shouldReplayWhatWasSaidBeforeInItsOrderAndOnce() {
    LogEntry second = entry(2, LogLevel.WARN, "second");
    Reader reader = new Reader(second, entry(1, LogLevel.ERROR, "first"));
    bridge.follow(reader);
    reader.listener.logged(second);
    reader.listener.logged(entry(3, LogLevel.WARN, "third"));
    assertThat(messages()).containsExactly("first", "second", "third");
    assertThat(lines.list.get(0).getLoggerName()).isEqualTo("a.logger");
  }

  @Test
  void shouldLowerThePlatformsInfo() {
    bridge.follow(
        new Reader(entry(2, LogLevel.ERROR, "broken"), entry(1, LogLevel.INFO, "chatter")));
    assertThat(lines.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.DEBUG, Level.ERROR);
  }

  @Test
  void shouldStopListeningWhenClosed() {
    Reader reader = new Reader();
    bridge.follow(reader);
    bridge.close();
    assertThat(reader.listener).isNull();
  }
}
