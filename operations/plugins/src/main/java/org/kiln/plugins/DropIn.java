package org.kiln.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for plugin authors: a jar that is put there is installed or upgraded, one that is taken
 * away is removed. A jar counts when it has not changed for a moment, so that a build may write it
 * in its own time. What is refused stands in the log and in the history.
 */
final class DropIn implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DropIn.class);
  private static final long ROUND_MS = 500;
  private static final Operation OPERATION = new Operation("drop-in", "drop-in folder");

  private final Path folder;
  private final Plugins plugins;
  private final Map<Path, Seen> seen = new HashMap<>();
  private final Thread thread;
  private volatile boolean over;

  /** What a file looked like, and the plugin it became; empty when it is none (yet). */
  private record Seen(long size, long modified, boolean taken, String name) {}

  DropIn(Path folder, Plugins plugins) {
    this.folder = folder;
    this.plugins = plugins;
    this.thread = Thread.ofPlatform().daemon().name("kiln-drop-in").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!over) {
      try {
        round();
        TimeUnit.MILLISECONDS.sleep(ROUND_MS);
      } catch (IOException e) {
        LOG.warn("The drop-in folder {} cannot be read: {}", folder, e.getMessage());
        return;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void round() throws IOException {
    Set<Path> here = new HashSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().endsWith(".jar")).toList()) {
        here.add(file);
        look(file);
      }
    }
    for (Path gone : Set.copyOf(seen.keySet())) {
      String name = seen.get(gone).name();
      if (!here.contains(gone) && (name.isEmpty() || remove(name))) {
        seen.remove(gone);
      }
    }
  }

  private void look(Path file) throws IOException {
    long size = Files.size(file);
    long modified = Files.getLastModifiedTime(file).toMillis();
    Seen before = seen.get(file);
    if (before == null || before.size() != size || before.modified() != modified) {
      seen.put(file, new Seen(size, modified, false, before == null ? "" : before.name()));
    } else if (!before.taken()) {
      seen.put(file, take(file, before));
    }
  }

  private Seen take(Path file, Seen before) {
    String name = before.name();
    try {
      name = Jar.read(file).symbolicName();
      plugins.takeDropIn(file, OPERATION);
      return new Seen(before.size(), before.modified(), true, name);
    } catch (PluginException e) {
      if (e.reason() == PluginException.Reason.BUSY) {
        return before; // the next round asks again
      }
      LOG.warn("{}: {}", file.getFileName(), e.getMessage());
      return new Seen(before.size(), before.modified(), true, before.name());
    }
  }

  /** False when it must be tried again. */
  private boolean remove(String name) {
    try {
      plugins.uninstall(name, true, OPERATION);
      return true;
    } catch (PluginException e) {
      LOG.warn("{}", e.getMessage());
      return e.reason() != PluginException.Reason.BUSY;
    }
  }

  @Override
  public void close() {
    over = true;
    thread.interrupt();
  }
}
