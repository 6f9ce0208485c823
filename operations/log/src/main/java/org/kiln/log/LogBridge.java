package org.kiln.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Repeats the entries of one LogReaderService to SLF4J. Entries written before the bridge came are
 * replayed first, each entry once. Thread-safe.
 */
final class LogBridge implements LogListener, AutoCloseable {
  private final Function<String, Logger> loggers;
  private LogReaderService reader;
  private long lastReplayed = -1;

  LogBridge(Function<String, Logger> loggers) {
    this.loggers = loggers;
  }

  synchronized void follow(LogReaderService source) {
    reader = source;
    source.addLogListener(this);
    List<LogEntry> earlier = new ArrayList<>(Collections.list(source.getLog()));
    Collections.reverse(earlier); // the service hands out the newest first
    for (LogEntry entry : earlier) {
      write(entry);
      lastReplayed = entry.getSequence();
    }
  }

  @Override
  public synchronized void logged(LogEntry entry) {
    if (entry.getSequence() > lastReplayed) {
      write(entry);
    }
  }

  @Override
  public synchronized void close() {
    if (reader != null) {
      reader.removeLogListener(this);
      reader = null;
    }
  }

  private void write(LogEntry entry) {
    Level level =
        switch (entry.getLogLevel()) {
          case AUDIT, ERROR -> Level.ERROR;
          case WARN -> Level.WARN;
          // A bundle's INFO is about the platform's inner life; the operator's INFO is the node's.
          case INFO, DEBUG -> Level.DEBUG;
          case TRACE -> Level.TRACE;
        };
    LoggingEventBuilder line = loggers.apply(name(entry)).atLevel(level);
    if (entry.getException() != null) {
      line = line.setCause(entry.getException());
    }
    line.log(entry.getMessage());
  }

  private static String name(LogEntry entry) {
    String logger = entry.getLoggerName();
    boolean named = logger != null && !logger.isEmpty() && !logger.startsWith("LogService");
    if (named || entry.getBundle() == null) {
      return named ? logger : "osgi";
    }
    return "osgi." + entry.getBundle().getSymbolicName();
  }
}
