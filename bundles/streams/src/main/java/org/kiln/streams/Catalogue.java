package org.kiln.streams;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Cursor;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamCatalogue;
import org.kiln.ipld.CodecException;

/** Walks the states in the store. */
public final class Catalogue implements StreamCatalogue {
  /** Short snapshots: a long one would keep the store from letting old pages go. */
  private static final int PAGE = 500;

  private final NodeStore store;

  /** Of the states in that store. */
  public Catalogue(NodeStore store) {
    this.store = store;
  }

  private record Entry(byte[] key, byte[] value) {}

  @Override
  public Walk walk(
      Optional<StreamId> after, int most, Deadline deadline, Predicate<StreamState> sink) {
    byte[] from = after.map(id -> behind(id.bytes())).orElse(null);
    StreamId last = after.orElse(null);
    int seen = 0;
    while (true) {
      List<Entry> page = page(from, Math.min(PAGE, most - seen));
      for (Entry entry : page) {
        seen++;
        from = behind(entry.key());
        last = StreamId.of(entry.key());
        Optional<StreamState> state = state(last, entry.value());
        if (state.isPresent() && !sink.test(state.get())) {
          return new Walk(seen, Optional.of(last));
        }
      }
      if (page.size() < PAGE && seen < most) {
        return new Walk(seen, Optional.empty());
      }
      if (seen >= most || deadline.remainingMs() <= 0) {
        return new Walk(seen, Optional.ofNullable(last));
      }
    }
  }

  private List<Entry> page(byte[] from, int most) {
    return store.read(
        snapshot -> {
          List<Entry> entries = new ArrayList<>();
          try (Cursor cursor = snapshot.range(NodeTables.STATES, from, null, false)) {
            while (entries.size() < most && cursor.next()) {
              entries.add(new Entry(cursor.key(), cursor.value()));
            }
          }
          return entries;
        });
  }

  /** The smallest key after that one. */
  private static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  private static Optional<StreamState> state(StreamId stream, byte[] value) {
    try {
      return StateCodec.decode(stream, value).map(Resident::state);
    } catch (CodecException | RuntimeException e) {
      // A state that cannot be read is derived anew when somebody asks for it.
      return Optional.empty();
    }
  }
}
