package org.kiln.index.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexBatch;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.index.IndexedModel;
import org.kiln.kit.index.SqlIndex;

/** Indexes in files {@value #FILE}, each in its own directory. Thread-safe. */
public final class SqliteBackend implements IndexBackend {
  /** The name in {@code index.backend}. */
  public static final String ID = "sqlite";

  static final String FILE = "documents.sqlite";

  /** Queries wait for it; a file of some hundred megabytes is seen whole. */
  private static final Duration CHECKING = Duration.ofSeconds(1);

  @Override
  public String id() {
    return ID;
  }

  @Override
  public DocumentIndex open(IndexSpec spec) throws IndexException {
    return open(prepared(spec), spec);
  }

  /**
   * Which models are indexed is all that is kept of the file there is, as far as it can be read.
   */
  @Override
  public DocumentIndex openAnew(IndexSpec spec) throws IndexException {
    Path file = prepared(spec);
    Renewal renewal = new Renewal(file);
    List<IndexedModel> models = renewal.models(spec.network().name());
    try {
      try (DocumentIndex fresh = open(renewal.place(), spec)) {
        fresh.write(IndexBatch.empty().withModels(models).synced());
      }
      renewal.takePlace();
    } catch (IOException e) {
      throw new IndexException(Kind.UNWRITABLE, "The index cannot be made anew: " + e, e);
    }
    return open(file, spec);
  }

  private static Path prepared(IndexSpec spec) {
    Path directory = spec.directory();
    try {
      Files.createDirectories(directory);
      NativePlace.prepare(directory.resolve("native"));
    } catch (IOException e) {
      throw new IndexException(
          Kind.UNAVAILABLE, "The index's directory cannot be made or written: " + e, e);
    }
    return directory.resolve(FILE);
  }

  private static DocumentIndex open(Path file, IndexSpec spec) {
    Connections connections = new Connections(file);
    boolean opened = false;
    try {
      connections.open(spec.network().name());
      Optional<String> damage =
          connections.ask(connection -> Soundness.damage(connection, CHECKING));
      if (damage.isPresent()) {
        throw new IndexException(
            Kind.CORRUPT, "The index " + file + " is damaged: " + damage.get(), null);
      }
      DocumentIndex index = new SqlIndex(connections, Schema.MODELS);
      opened = true;
      return index;
    } catch (SQLException e) {
      throw Failures.ofOpening("The index " + file + " cannot be opened", e);
    } catch (IllegalArgumentException e) {
      // The id of a model that is none, say.
      throw new IndexException(
          Kind.CORRUPT, "The index " + file + " is damaged: " + e.getMessage(), e);
    } finally {
      if (!opened) {
        connections.close();
      }
    }
  }
}
