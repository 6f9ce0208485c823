package org.kiln.itests.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.store.memory.MemoryBackend;
import org.kiln.store.xodus.XodusBackend;

/** An event log in a directory that goes with it. */
final class TemporaryLog implements AutoCloseable {
  private final Path directory;
  private final EventStore log;

  private TemporaryLog(StoreBackend backend) {
    try {
      directory = Files.createTempDirectory("kiln-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    log = EventStore.open(backend.open(StoreSpec.of(directory, NodeTables.ALL, Map.of())));
  }

  /** On disk, each write synced before it is acknowledged. */
  static TemporaryLog onXodus() {
    return new TemporaryLog(new XodusBackend());
  }

  /** In memory. */
  static TemporaryLog inMemory() {
    return new TemporaryLog(new MemoryBackend());
  }

  EventStore log() {
    return log;
  }

  @Override
  public void close() {
    log.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
