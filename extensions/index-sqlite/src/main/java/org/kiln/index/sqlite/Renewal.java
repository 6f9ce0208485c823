package org.kiln.index.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.kiln.api.index.IndexedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Puts a fresh file in the place of one in whatever state, which stays until the other is whole.
 */
final class Renewal {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

  /** Files of SQLite's beside each database. */
  private static final List<String> BESIDE = List.of("-wal", "-shm");

  private final Path file;

  Renewal(Path file) {
    this.file = file;
  }

  /** The models the file says are indexed, of which nothing is filled in; none when it cannot. */
  List<IndexedModel> models(String network) {
    if (Files.notExists(file)) {
      return List.of();
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    try (Connection connection = source.getConnection()) {
      if (!Schema.NODE.value(connection, "network").equals(Optional.of(network))) {
        return List.of();
      }
      return Schema.MODELS.read(connection).stream().map(model -> model.withFill(0, 0)).toList();
    } catch (SQLException | RuntimeException e) {
      LOG.warn(
          "The index {} does not say any more which models are indexed ({}): index them again",
          file,
          e.getMessage());
      return List.of();
    }
  }

  /** Where the fresh file is to be made; what a renewal before left there is gone. */
  Path place() throws IOException {
    Path place = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(place);
    deleteBeside(place);
    return place;
  }

  /** The fresh file, which is closed, takes the place. */
  void takePlace() throws IOException {
    Path place = file.resolveSibling(file.getFileName() + ".new");
    if (Files.exists(beside(place, BESIDE.getFirst()))) {
      throw new IOException(place + " could not be closed");
    }
    deleteBeside(file);
    Files.move(place, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void deleteBeside(Path file) throws IOException {
    for (String ending : BESIDE) {
      Files.deleteIfExists(beside(file, ending));
    }
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }
}
