package org.kiln.http.v0;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.WriteOptions;

/**
 * One query of a batch.
 *
 * @param ref the stream or commit asked for
 * @param key what the client looks the answer up by
 * @param paths streams named in its content that are wanted as well
 * @param genesis the genesis of a deterministic stream that may not be there yet
 * @param options how to load
 * @param creation how to create a stream from its genesis
 */
record MultiQuery(
    StreamRef ref,
    String key,
    StreamPaths paths,
    Optional<Ipld.Map> genesis,
    LoadOptions options,
    WriteOptions creation) {
  private static final int MAX_QUERIES = 2000;

  /**
   * Reads a batch. A query that names no stream is left out, as one whose stream cannot be loaded.
   *
   * @throws HttpProblem 400 when there is no list of queries, or it is too long
   */
  static List<MultiQuery> read(JsonBody body, Options options, Deadline deadline)
      throws HttpProblem {
    if (!(body.member("queries").orElse(Ipld.NULL) instanceof Ipld.List list)) {
      throw Problems.invalid("queries must be a list of queries");
    }
    if (list.items().size() > MAX_QUERIES) {
      throw Problems.invalid("At most " + MAX_QUERIES + " queries can be made at once");
    }
    List<MultiQuery> queries = new ArrayList<>(list.items().size());
    for (Ipld item : list.items()) {
      if (item instanceof Ipld.Map query) {
        read(query, options, deadline).ifPresent(queries::add);
      }
    }
    return queries;
  }

  private static Optional<MultiQuery> read(Ipld.Map query, Options options, Deadline deadline) {
    if (!(query.entries().get("streamId") instanceof Ipld.Text id)) {
      return Optional.empty();
    }
    StreamRef ref;
    try {
      ref = StreamRef.parse(id.value());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    // Bare text is its own canonical form; making it anew from the bytes costs more than the load.
    boolean bare = id.value().startsWith("k") && id.value().indexOf('?') < 0;
    Ipld.Map opts = query.entries().get("opts") instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
    return Optional.of(
        new MultiQuery(
            ref,
            bare ? id.value() : ref.toString(),
            StreamPaths.of(query.entries().get("paths")),
            query.entries().get("genesis") instanceof Ipld.Map map
                ? Optional.of(map)
                : Optional.empty(),
            options.load(opts, deadline),
            options.quietly(opts, deadline)));
  }

  /** Whether it asks for one point of a stream's history and nothing else. */
  boolean isPoint() {
    return (ref.event().isPresent() || options.atTime().isPresent())
        && genesis.isEmpty()
        && paths.below().isEmpty();
  }

  /** What a state found under that name is called in the answer. */
  String key(String name, StreamState state) {
    return options.atTime().isPresent() ? state.commitId().toString() : name;
  }
}
