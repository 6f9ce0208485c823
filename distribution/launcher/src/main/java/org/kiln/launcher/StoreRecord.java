package org.kiln.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Which store of a data directory is the node's, and how far its migration to another one is: the
 * file {@code store.properties}. It is replaced as a whole, so that a node killed at any moment
 * finds one answer.
 *
 * @param current the store that the node opens
 * @param migration one that is not done yet
 * @param previous the store that was copied by the last migration
 */
record StoreRecord(
    StorePlace current, Optional<Migration> migration, Optional<StorePlace> previous) {
  static final String FILE = "store.properties";

  /** Ends the name of the file beside a store that says how far it was written. */
  private static final String MARK = ".mark";

  private static final String DIRECTORY = "store(-[a-z0-9-]{1,50})?";

  /** A backend that keeps nothing on the disk, so that there is nothing to remember. */
  static final String MEMORY = "memory";

  /** The backend of a node that names none. */
  static final String XODUS = "xodus";

  /**
   * A migration under way.
   *
   * @param to the store that is made
   * @param summary what the current store held when it was read; empty when it was not yet
   * @param outdated whether the node has run since, so that the copy must begin anew
   */
  record Migration(StorePlace to, Optional<String> summary, boolean outdated) {}

  /** Of a store that never was migrated. */
  static StoreRecord first(String backend) {
    return new StoreRecord(
        new StorePlace(backend, StorePlace.FIRST_DIRECTORY), Optional.empty(), Optional.empty());
  }

  StoreRecord with(Migration next) {
    return new StoreRecord(current, Optional.of(next), previous);
  }

  /** The migration is given up. */
  StoreRecord withoutMigration() {
    return new StoreRecord(current, Optional.empty(), previous);
  }

  /** The migration is done. */
  StoreRecord switched() {
    return new StoreRecord(migration.orElseThrow().to(), Optional.empty(), Optional.of(current));
  }

  /** The last migration is taken back. */
  StoreRecord back() {
    return new StoreRecord(previous.orElseThrow(), Optional.empty(), Optional.empty());
  }

  /** The record of a data directory; empty before its first node was ready. */
  static Optional<StoreRecord> read(Path data) throws RefusedException {
    Path file = data.resolve(FILE);
    Properties lines = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      lines.load(reader);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw damaged(data, "it is no text");
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + file + ": " + e);
    }
    StorePlace current =
        place(lines, "")
            .orElseThrow(() -> damaged(data, "it does not say which store is the node's"));
    Optional<Migration> migration =
        place(lines, "migration.")
            .map(
                to ->
                    new Migration(
                        to,
                        Optional.ofNullable(lines.getProperty("migration.summary")),
                        "true".equals(lines.getProperty("migration.outdated"))));
    return Optional.of(new StoreRecord(current, migration, place(lines, "previous.")));
  }

  /** Says which stores there are: one of them is the node's, and only the operator knows which. */
  private static RefusedException damaged(Path data, String what) {
    return RefusedException.storage(
        data.resolve(FILE)
            + " is damaged: "
            + what
            + ". Write it anew with the two lines backend=NAME and directory=NAME. Here are: "
            + (stores(data).isEmpty() ? "no stores" : String.join(", ", stores(data)))
            + "; the directory store is of xodus, others end in their backend's name.");
  }

  /** A name that was cut off would be that of a new and empty store. */
  private void requireStore(Path data) throws RefusedException {
    // Where its mark stands, the name is right and the store is gone: the event log says what it
    // held.
    if (Files.isDirectory(data.resolve(current.directory()))
        || Files.exists(data.resolve(current.directory() + MARK))) {
      return;
    }
    List<String> unknown = new ArrayList<>(stores(data));
    previous.ifPresent(place -> unknown.remove(place.directory()));
    migration.ifPresent(started -> unknown.remove(started.to().directory()));
    // A plugin's store may keep nothing in its directory.
    if (current.backend().equals(XODUS) || !unknown.isEmpty()) {
      throw damaged(
          data, "it says that the events are in " + current.directory() + ", which is not there");
    }
  }

  private static List<String> stores(Path data) {
    try (Stream<Path> found = Files.list(data)) {
      return found
          .filter(Files::isDirectory)
          .map(directory -> directory.getFileName().toString())
          .filter(name -> name.matches(DIRECTORY))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<StorePlace> place(Properties lines, String prefix) {
    String backend = lines.getProperty(prefix + "backend");
    String directory = lines.getProperty(prefix + "directory");
    // A directory of ours: nothing else is ever opened or deleted because of this file.
    return backend == null || directory == null || !directory.matches(DIRECTORY)
        ? Optional.empty()
        : Optional.of(new StorePlace(backend, directory));
  }

  /** Replaces the file, on the disk for good when it returns. */
  void write(Path data) throws RefusedException {
    Map<String, String> lines = new LinkedHashMap<>();
    add(lines, "", current);
    previous.ifPresent(place -> add(lines, "previous.", place));
    migration.ifPresent(
        started -> {
          add(lines, "migration.", started.to());
          started.summary().ifPresent(summary -> lines.put("migration.summary", summary));
          lines.put("migration.outdated", Boolean.toString(started.outdated()));
        });
    StringBuilder text =
        new StringBuilder("# Which store is the node's. Written by the node and 'kiln migrate'.\n");
    lines.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    Path next = data.resolve(FILE + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      Files.move(next, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel directory = FileChannel.open(data)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot write " + data.resolve(FILE) + ": " + e);
    }
  }

  private static void add(Map<String, String> lines, String prefix, StorePlace place) {
    lines.put(prefix + "backend", place.backend());
    lines.put(prefix + "directory", place.directory());
  }

  /**
   * The settings with the store that the data directory has.
   *
   * @throws RefusedException when they ask for another: the node would come up without its events
   */
  static Configuration settle(Configuration configuration) throws RefusedException {
    Path data = configuration.dataDirectory();
    String wanted = configuration.get("store.backend");
    Optional<StoreRecord> found = read(data);
    if (wanted.equals(MEMORY)) {
      return configuration;
    }
    if (found.isEmpty()) {
      refuseLostRecord(data);
      return configuration;
    }
    StoreRecord record = found.get();
    record.requireStore(data);
    String backend = record.current.backend();
    if (configuration.isGiven("store.backend") && !backend.equals(wanted)) {
      throw RefusedException.configuration(
          "The events of "
              + data
              + " are in the store "
              + backend
              + ", not in "
              + wanted
              + ". Set store.backend to "
              + backend
              + " or leave it out; 'kiln migrate --from "
              + backend
              + " --to "
              + wanted
              + "' moves them.");
    }
    if (record.migration.isPresent() && !record.migration.get().outdated()) {
      Migration started = record.migration.get();
      record.with(new Migration(started.to(), Optional.empty(), true)).write(data);
    }
    return configuration.with(Map.of("store.backend", backend));
  }

  /** A migrated node without the record would come up with the store it was migrated from. */
  private static void refuseLostRecord(Path data) throws RefusedException {
    try (Stream<Path> found = Files.exists(data) ? Files.list(data) : Stream.empty()) {
      if (found.anyMatch(path -> path.getFileName().toString().matches("store-[0-9]+-.*"))) {
        throw damaged(data, "it is gone, and there is a store that was migrated to");
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + data + ": " + e);
    }
  }

  /** Remembers the store of a node that has come up with it. */
  static void remember(Configuration configuration) throws RefusedException {
    Path data = configuration.dataDirectory();
    String backend = configuration.get("store.backend");
    if (!backend.equals(MEMORY) && read(data).isEmpty()) {
      first(backend).write(data);
    }
  }

  /** The directory of the store that the settings ask for. */
  static String directory(Configuration configuration) {
    try {
      return read(configuration.dataDirectory())
          .map(StoreRecord::current)
          .filter(place -> place.backend().equals(configuration.get("store.backend")))
          .map(StorePlace::directory)
          .orElse(StorePlace.FIRST_DIRECTORY);
    } catch (RefusedException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
