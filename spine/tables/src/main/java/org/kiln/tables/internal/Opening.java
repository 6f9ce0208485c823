package org.kiln.tables.internal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.kiln.tables.SqlRoom;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the tables beside the start of the node, which takes seconds where the engine's native code
 * is unpacked. When that fails the node runs on without them, and the log says why. Thread-safe.
 */
final class Opening implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private final Callable<SqlRoom> opener;
  private final Function<SqlRoom, List<ServiceRegistration<?>>> publisher;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("kiln-sql-open").unstarted(this::run);
  private SqlRoom room;
  private List<ServiceRegistration<?>> registrations = List.of();
  private boolean closed;

  Opening(Callable<SqlRoom> opener, Function<SqlRoom, List<ServiceRegistration<?>>> publisher) {
    this.opener = opener;
    this.publisher = publisher;
  }

  void begin() {
    thread.start();
  }

  private void run() {
    SqlRoom opened;
    try {
      opened = opener.call();
    } catch (IOException e) {
      LOG.error("SQL is not answered, since the tables cannot be kept: {}", e.getMessage());
      LOG.debug("The SQL tables were not opened", e);
      return;
    } catch (Exception | LinkageError e) {
      // No native code for this machine is one of these.
      LOG.error("SQL is not answered, since its engine does not start: {}", e.toString(), e);
      return;
    }
    synchronized (this) {
      if (!closed) {
        room = opened;
        registrations = publisher.apply(opened);
        return;
      }
    }
    opened.close();
  }

  /** Waits for an opening that is under way, and closes what it has opened. */
  @Override
  public void close() {
    SqlRoom mine;
    List<ServiceRegistration<?>> published;
    synchronized (this) {
      closed = true;
      mine = room;
      published = registrations;
      room = null;
      registrations = List.of();
    }
    published.reversed().forEach(ServiceRegistration::unregister);
    if (mine != null) {
      mine.close();
    }
    try {
      if (thread.getState() != Thread.State.NEW) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
