package org.kiln.streams.read;

import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.NodeStore;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamCensus;
import org.kiln.streams.state.Checkpoints;
import org.kiln.streams.state.StateCodec;

/** Counts the states in the store, and keeps the numbers for half a minute. */
public final class Census implements StreamCensus {
  private static final long KEPT_MS = 30_000;

  /** Beyond so many the numbers are told to be incomplete rather than the reader kept waiting. */
  private static final int MAX_STATES = 200_000;

  private final NodeStore store;
  private final Checkpoints checkpoints;
  private final Clock clock;
  private Count last = new Count(Map.of(), false, 0);

  /** Of the states in that store, and of those still to be written. */
  public Census(NodeStore store, Checkpoints checkpoints, Clock clock) {
    this.store = store;
    this.checkpoints = checkpoints;
    this.clock = clock;
  }

  @Override
  public synchronized Count count() {
    if (clock.millis() - last.countedAt() > KEPT_MS) {
      last = walk();
    }
    return last;
  }

  @Override
  public synchronized Count countNow() {
    boolean written = checkpoints.writeNow();
    Count walked = walk();
    last = written ? walked : new Count(walked.byNeed(), false, walked.countedAt());
    return last;
  }

  private Count walk() {
    Map<Dependency, Long> byNeed = new HashMap<>();
    int seen = 0;
    boolean complete = true;
    byte[] after = null;
    while (complete) {
      Page page;
      try {
        page = page(after, byNeed);
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.CORRUPT) {
          throw e;
        }
        complete = false;
        break;
      }
      seen += page.states();
      if (page.next() == null) {
        break;
      }
      after = page.next();
      complete = seen < MAX_STATES;
    }
    return new Count(Map.copyOf(byNeed), complete, clock.millis());
  }

  /** Some states; where the next begin, or null at the end. */
  private record Page(int states, byte[] next) {}

  /** Short snapshots: a long one would keep the store from letting old pages go. */
  private Page page(byte[] from, Map<Dependency, Long> byNeed) {
    return store.read(
        snapshot -> {
          int states = 0;
          try (Cursor cursor = snapshot.range(NodeTables.STATES, from, null, false)) {
            while (cursor.next()) {
              if (states == 1000) {
                return new Page(states, cursor.key());
              }
              states++;
              needs(cursor.key(), cursor.value())
                  .forEach(need -> byNeed.merge(need, 1L, Long::sum));
            }
          }
          return new Page(states, null);
        });
  }

  private static Set<Dependency> needs(byte[] key, byte[] value) {
    Set<Dependency> needs = new HashSet<>();
    try {
      StreamId stream = StreamId.of(key);
      needs.add(Dependency.streamType(stream.type()));
      StateCodec.decode(stream, value)
          .ifPresent(derivedState -> needs(derivedState.state(), needs));
    } catch (CodecException | RuntimeException e) {
      // A state that cannot be read is derived anew when somebody asks for it.
      return needs;
    }
    return needs;
  }

  private static void needs(StreamState state, Set<Dependency> needs) {
    for (String controller : new StreamMetadata(state.document().metadata()).controllers()) {
      if (controller.startsWith("did:")) {
        needs.add(Dependency.didMethod(controller.split(":", 3)[1]));
      }
    }
    state.anchorProof().ifPresent(proof -> needs.add(Dependency.chain(proof.chainId())));
  }
}
