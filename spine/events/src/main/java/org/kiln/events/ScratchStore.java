package org.kiln.events;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.ScratchLogs;
import org.kiln.events.write.WriterSettings;

/** Scratch logs in one directory, which is emptied before and after. Thread-safe. */
public final class ScratchStore implements ScratchLogs {
  private final StoreBackend backend;
  private final Path directory;
  private final Map<String, String> backendSettings;
  private final WriterSettings settings;

  /** With the node's backend and settings, in a directory that is its own. */
  public ScratchStore(
      StoreBackend backend,
      Path directory,
      Map<String, String> backendSettings,
      WriterSettings settings) {
    this.backend = backend;
    this.directory = directory;
    this.backendSettings = Map.copyOf(backendSettings);
    this.settings = settings;
  }

  @Override
  public synchronized void use(Use use) {
    clear(); // what a crash has left
    try {
      Store opened = backend.open(StoreSpec.of(directory, NodeTables.ALL, backendSettings));
      try (EventStore log = open(opened)) {
        use.with(log, log, log.journal());
      }
    } finally {
      clear();
    }
  }

  private EventStore open(Store opened) {
    try {
      return EventStore.open(opened, settings);
    } catch (StoreException e) {
      opened.close();
      throw e;
    }
  }

  private void clear() {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> inside = found.sorted(Comparator.reverseOrder()).toList();
      for (Path path : inside) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.IO, "The directory " + directory + " cannot be emptied: " + e, e);
    }
  }
}
