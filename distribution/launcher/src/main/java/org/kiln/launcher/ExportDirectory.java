package org.kiln.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory that is exported into: {@code TABLE/model=ID/day=DAY/FIRST-LAST.parquet}, and {@code
 * manifest.json}, which says how far each table is. A file has its name when it is whole; what goes
 * beyond the manifest was begun and is written anew. Held by a lock of the system.
 */
final class ExportDirectory implements AutoCloseable {
  private static final String MANIFEST = "manifest.json";
  private static final String LOCK = ".lock";
  private static final String ASIDE = ".part";
  private static final Pattern NAME = Pattern.compile("([0-9]+)-([0-9]+)\\.parquet");
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9-]{1,128}");
  private static final String FORMAT = "1";

  private final Path path;
  private final FileChannel lock;
  private final Map<String, Reached> reached = new LinkedHashMap<>();

  /**
   * How far a table is.
   *
   * @param after the number of its last row here
   * @param event the event of that row, by which its tables are known again
   * @param rows how many there are here
   */
  record Reached(long after, String event, long rows) {}

  private ExportDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  static ExportDirectory open(Path path) throws RefusedException {
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      ExportDirectory directory = new ExportDirectory(path, channel);
      try {
        if (channel.tryLock() == null) {
          throw inUse(path);
        }
        directory.read();
        return directory;
      } catch (OverlappingFileLockException e) {
        channel.close();
        throw inUse(path);
      } catch (IOException | RefusedException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot export into " + path + ": " + e.getMessage());
    }
  }

  /** Refuses a directory in the node's own, or around it. */
  static void refuseNested(Path path, Path data) throws RefusedException {
    try {
      Directories.refuseNested(path, data);
    } catch (IOException e) {
      throw RefusedException.storage("Cannot export into " + path + ": " + e.getMessage());
    }
  }

  private static RefusedException inUse(Path path) {
    return RefusedException.storage("Another kiln export writes into " + path + ".");
  }

  private void read() throws IOException, RefusedException {
    Path file = path.resolve(MANIFEST);
    if (!Files.exists(file)) {
      refuseForeign();
      write(); // so that what is begun is known for ours
      return;
    }
    try {
      Map<String, String> fields = JsonFields.read(Files.readString(file));
      if (!FORMAT.equals(fields.get("format"))) {
        throw new IOException("it is of the format " + fields.get("format"));
      }
      for (ExportTable table : ExportTable.ALL) {
        String at = "tables." + table.name() + ".";
        if (fields.containsKey(at + "after")) {
          reached.put(
              table.name(),
              new Reached(
                  Long.parseLong(fields.get(at + "after")),
                  fields.getOrDefault(at + "event", ""),
                  Long.parseLong(fields.getOrDefault(at + "rows", "0"))));
        }
      }
    } catch (IOException | NumberFormatException e) {
      throw RefusedException.storage(
          file + " cannot be read: " + e.getMessage() + ". Export into an empty directory.");
    }
  }

  /** What is beyond the manifest is deleted: without one all would be. */
  private void refuseForeign() throws IOException, RefusedException {
    try (Stream<Path> files = Files.list(path)) {
      Optional<Path> other =
          files.filter(found -> !found.getFileName().toString().equals(LOCK)).findFirst();
      if (other.isPresent()) {
        throw RefusedException.storage(
            path
                + " is no export and not empty ("
                + other.get().getFileName()
                + "). Name an empty directory, or one that kiln export has made.");
      }
    }
  }

  /** How far a table is; nothing when none of it is here. */
  Optional<Reached> reached(ExportTable table) {
    return Optional.ofNullable(reached.get(table.name()));
  }

  /** Deletes what was begun and is beyond the manifest. */
  void forgetBegun(ExportTable table) throws IOException {
    Path rows = path.resolve(table.name());
    if (!Files.isDirectory(rows)) {
      return;
    }
    long after = reached(table).map(Reached::after).orElse(0L);
    List<Path> files;
    try (Stream<Path> all = Files.walk(rows)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      Matcher range = NAME.matcher(name);
      if (name.endsWith(ASIDE) || range.matches() && Long.parseLong(range.group(2)) > after) {
        Files.delete(file);
      }
    }
  }

  /**
   * Keeps the rows of a model with numbers from one to another, in a file of its own.
   *
   * @throws IOException also when there is such a file: what is here is not replaced
   */
  void keep(ExportTable table, String model, String day, long first, long last, InputStream parquet)
      throws IOException {
    if (!MODEL.matcher(model).matches()) {
      throw new IllegalArgumentException("No name of a directory: " + model);
    }
    Path folder = path.resolve(table.name()).resolve("model=" + model).resolve("day=" + day);
    Files.createDirectories(folder);
    String name = String.format("%012d-%012d.parquet", first, last);
    if (Files.exists(folder.resolve(name))) {
      throw new IOException(folder.resolve(name) + " is there already");
    }
    Path aside = folder.resolve(name + ASIDE);
    try (FileChannel out =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      parquet.transferTo(java.nio.channels.Channels.newOutputStream(out));
      out.force(true);
    }
    Files.move(aside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** From now on all files up to there are whole. */
  void reached(ExportTable table, Reached now) throws IOException {
    reached.put(table.name(), now);
    write();
  }

  private void write() throws IOException {
    StringBuilder json = new StringBuilder("{\"format\":" + FORMAT + ",\"tables\":{");
    reached.forEach(
        (name, at) ->
            json.append(json.charAt(json.length() - 1) == '{' ? "" : ",")
                .append("\n")
                .append(Json.quote(name))
                .append(":{\"after\":" + at.after())
                .append(",\"event\":" + Json.quote(at.event()))
                .append(",\"rows\":" + at.rows() + "}"));
    byte[] text = json.append("\n}}\n").toString().getBytes(StandardCharsets.UTF_8);
    Path aside = path.resolve(MANIFEST + ASIDE);
    Files.write(
        aside,
        text,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    Files.move(aside, path.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
