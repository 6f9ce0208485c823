package org.kiln.plugins;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/**
 * The plugins' directory: jars by their hash, what is installed, and the history. Changes are
 * atomic; an operation that was cut short is told by what is pending. Thread-safe.
 */
final class PluginDirectory {
  private static final long MAX_HISTORY_BYTES = 1 << 20;

  private final Path directory;
  private final Map<String, Record> records = new LinkedHashMap<>();
  private Optional<Ipld.Map> pending = Optional.empty();

  PluginDirectory(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("jars"));
    Files.createDirectories(directory.resolve("staged"));
    try (Stream<Path> left = Files.list(directory.resolve("staged"))) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    read();
  }

  private void read() throws IOException {
    try {
      Ipld.Map state = Json.parseMap(Files.readAllBytes(stateFile()));
      if (state.get("plugins").orElse(Ipld.NULL) instanceof Ipld.List list) {
        for (Ipld item : list.items()) {
          Record record = Record.of((Ipld.Map) item);
          records.put(record.name(), record);
        }
      }
      pending =
          state.get("pending").orElse(Ipld.NULL) instanceof Ipld.Map map
              ? Optional.of(map)
              : Optional.empty();
    } catch (NoSuchFileException e) {
      begin(e);
    } catch (CodecException | RuntimeException e) {
      throw new IOException(
          stateFile()
              + " is damaged: it does not list the installed plugins ("
              + e.getMessage()
              + "). Put it back from a backup, or delete "
              + directory
              + " and install the plugins again.",
          e);
    }
  }

  /** From the first start on there is a list: when it is gone, so is what is known of the jars. */
  private void begin(NoSuchFileException missing) throws IOException {
    try (Stream<Path> jars = Files.list(directory.resolve("jars"))) {
      if (jars.findAny().isPresent()) {
        throw new IOException(
            stateFile()
                + " is gone, but there are jars of installed plugins. Put it back from a backup, or"
                + " delete "
                + directory
                + " and install the plugins again.",
            missing);
      }
    }
    write();
  }

  private Path stateFile() {
    return directory.resolve("plugins.json");
  }

  /** A place for a jar that is on its way in. */
  Path staged() throws IOException {
    return Files.createTempFile(directory.resolve("staged"), "plugin", ".jar");
  }

  /** Keeps a jar under its hash. */
  Path keep(Jar jar) throws IOException {
    Path kept = jar(jar.sha256());
    if (!Files.exists(kept)) {
      Files.copy(
          jar.file(),
          kept.resolveSibling(jar.sha256() + ".new"),
          StandardCopyOption.REPLACE_EXISTING);
      Files.move(kept.resolveSibling(jar.sha256() + ".new"), kept, StandardCopyOption.ATOMIC_MOVE);
    }
    return kept;
  }

  Path jar(String sha256) {
    return directory.resolve("jars").resolve(sha256 + ".jar");
  }

  /**
   * A kept jar that is about to be used.
   *
   * @throws IOException when it is gone or not what was kept
   */
  Path whole(String sha256) throws IOException {
    Path jar = jar(sha256);
    if (!Files.exists(jar) || !Jar.hash(jar).equals(sha256)) {
      throw new IOException(jar + " is damaged or gone: install that plugin again.");
    }
    return jar;
  }

  synchronized Optional<Record> find(String name) {
    return Optional.ofNullable(records.get(name));
  }

  synchronized Collection<Record> all() {
    return List.copyOf(records.values());
  }

  /** What was being done when the node went down. */
  synchronized Optional<Ipld.Map> pending() {
    return pending;
  }

  synchronized void begin(Ipld.Map operation) throws IOException {
    pending = Optional.of(operation);
    write();
  }

  /** The operation is over, with nothing to remember. */
  synchronized void end() throws IOException {
    pending = Optional.empty();
    write();
  }

  /** The operation is over, and this is how the plugin stands. */
  synchronized void put(Record record) throws IOException {
    records.put(record.name(), record);
    end();
    prune();
  }

  /** The operation is over, and the plugin is gone. */
  synchronized void remove(String name) throws IOException {
    records.remove(name);
    end();
    prune();
  }

  private void write() throws IOException {
    List<Ipld> all = new ArrayList<>();
    records.values().forEach(record -> all.add(record.json()));
    Ipld state =
        Ipld.map(
            "plugins", new Ipld.List(all), "pending", pending.<Ipld>map(p -> p).orElse(Ipld.NULL));
    Path next = directory.resolve("plugins.json.new");
    Files.write(
        next,
        Json.write(state),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    Files.move(next, stateFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Jars nobody can go back to any more are let go. */
  private void prune() throws IOException {
    Set<String> wanted =
        records.values().stream()
            .flatMap(record -> Stream.concat(record.current().stream(), record.kept().stream()))
            .map(kept -> kept.sha256() + ".jar")
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(directory.resolve("jars"))) {
      for (Path file : files.toList()) {
        if (!wanted.contains(file.getFileName().toString())) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Adds a line to the history; half of it is let go when it grows too long. */
  synchronized void record(Ipld.Map entry) {
    Path file = directory.resolve("history.jsonl");
    try {
      Files.writeString(
          file,
          new String(Json.write(entry), StandardCharsets.UTF_8) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      if (Files.size(file) > MAX_HISTORY_BYTES) {
        List<String> lines = lines(file);
        Files.write(file, lines.subList(lines.size() / 2, lines.size()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The history of plugins cannot be written", e);
    }
  }

  /** Whatever bytes have come into it: one line that cannot be read hides no other. */
  private static List<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
  }

  /** The newest entries, newest first. */
  synchronized List<Ipld> history(int limit) throws IOException {
    List<String> lines;
    try {
      lines = new ArrayList<>(lines(directory.resolve("history.jsonl")));
    } catch (NoSuchFileException e) {
      return List.of();
    }
    Collections.reverse(lines);
    List<Ipld> entries = new ArrayList<>();
    for (String line : lines.subList(0, Math.min(limit, lines.size()))) {
      try {
        entries.add(Json.parseMap(line.getBytes(StandardCharsets.UTF_8)));
      } catch (CodecException e) {
        entries.add(Ipld.map("message", Ipld.of("A line that cannot be read")));
      }
    }
    return entries;
  }
}
