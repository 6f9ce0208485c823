package org.kiln.index.postgresql;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.index.IndexedModel;
import org.kiln.kit.index.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the tables of an index in whatever state. A DELETE would read what it deletes, and leave
 * damaged indexes as they are; TRUNCATE gives each table and index a fresh file, and who may read
 * them stays. For one thread.
 */
final class Renewal {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

  private static final List<String> NODE = List.of("kiln_node");
  private static final List<String> MODELS =
      List.of("kiln_models", "kiln_model_interfaces", "kiln_model_indices");

  private final Sessions sessions;
  private final Address address;
  private final String network;

  Renewal(Sessions sessions, Address address, String network) {
    this.sessions = sessions;
    this.address = address;
    this.network = network;
  }

  /**
   * Leaves nothing but the models, in one transaction.
   *
   * @throws IndexException when it is another network's or a newer version's, which stay as they
   *     are
   */
  void run() throws SQLException {
    if (!sessions.ask(Schema::isThere)) {
      return;
    }
    // Where it does not say so any more it is of today's: an older one was brought forward when
    // it was opened.
    int version =
        readable(NODE, connection -> Schema.version(connection, network)).orElse(Schema.VERSION);
    List<IndexedModel> models = readable(MODELS, Schema.MODELS::read).orElseGet(this::forgotten);
    sessions.write(
        true,
        connection -> {
          FieldIndexes.dropAll(connection);
          Schema.empty(connection, network, version);
          Schema.MODELS.write(
              connection, models.stream().map(model -> model.withFill(0, 0)).toList());
          return null;
        });
  }

  /**
   * Empty when it is damaged; what else keeps it from being read is thrown, and nothing lost. Their
   * indexes are made anew before, since no query of a table is even planned without a look into
   * them.
   */
  private <T> Optional<T> readable(List<String> tables, Database.Work<T> work) throws SQLException {
    try {
      return Optional.of(
          sessions.ask(
              connection -> {
                for (String table : tables) {
                  Sessions.execute(connection, "REINDEX TABLE " + table);
                }
                return work.with(connection);
              }));
    } catch (SQLException e) {
      if (!Failures.isDamage(e)) {
        throw e;
      }
      LOG.debug("A table of the index is damaged", e);
    } catch (IndexException e) {
      if (e.kind() != Kind.CORRUPT) {
        throw e;
      }
      LOG.debug("A table of the index is damaged", e);
    } catch (IllegalArgumentException e) {
      // The id of a model that is none, say.
      LOG.debug("A table of the index is damaged", e);
    }
    return Optional.empty();
  }

  private List<IndexedModel> forgotten() {
    LOG.warn(
        "The index {} does not say any more which models are indexed: index them again", address);
    return List.of();
  }
}
