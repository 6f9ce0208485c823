package org.kiln.events.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.store.StoreStats;
import org.kiln.api.store.Table;
import org.kiln.core.log.NodeTables;
import org.kiln.store.memory.MemoryBackend;

class StoreCopyTest {
  private static final int ENTRIES = 10_000;

  /** Longer than any made key, so that it stands beside them and never replaces one. */
  private static final byte[] OWN_KEY = new byte[41];

  private final Random random = new Random(7);

  private static Store store() {
    return new MemoryBackend().open(StoreSpec.of(Path.of("unused"), NodeTables.ALL, Map.of()));
  }

  private Store filled() {
    Store store = store();
    store.write(
        batch -> {
          for (Table table : NodeTables.ALL) {
            for (int i = 0; i < ENTRIES / NodeTables.ALL.size(); i++) {
              byte[] key = new byte[1 + random.nextInt(40)];
              byte[] value = new byte[random.nextInt(3000)];
              random.nextBytes(key);
              random.nextBytes(value);
              batch.put(table, key, value);
            }
          }
        },
        Durability.BUFFERED);
    return store;
  }

  private static StoreCopy.Summary summary(Store store) {
    return StoreCopy.summary(store, read -> {});
  }

  @Test
  void shouldGoOnWhereverItWasCutShort() {
    try (Store from = filled();
        Store to = store()) {
      int batches = 0;
      for (boolean done = false; !done; ) {
        // Each try gets one batch further and dies at the next.
        try {
          StoreCopy.copy(from, new Dying(to, 1), copied -> {});
          done = true;
        } catch (StoreException e) {
          batches++;
          assertThat(summary(to)).isNotEqualTo(summary(from));
        }
      }
      assertThat(batches).isGreaterThan(NodeTables.ALL.size() - 2);
      assertThat(summary(to)).isEqualTo(summary(from));
    }
  }

  @Test
  void shouldTellHowMuchTheTargetHas() {
    try (Store from = filled();
        Store to = store()) {
      AtomicLong said = new AtomicLong();
      StoreCopy.copy(from, to, said::set);
      assertThat(said).hasValue(summary(from).entries());
      said.set(0);
      StoreCopy.copy(from, to, said::set);
      assertThat(said).hasValue(summary(from).entries());
      assertThat(summary(to)).isEqualTo(summary(from));
    }
  }

  @Test
  void shouldSeeEveryDifference() {
    try (Store store = filled()) {
      StoreCopy.Summary before = summary(store);
      store.write(batch -> batch.put(NodeTables.STATES, OWN_KEY, new byte[1]), Durability.SYNCED);
      StoreCopy.Summary derived = summary(store);
      assertThat(derived.sha256()).isNotEqualTo(before.sha256());
      assertThat(derived.keptSha256()).isEqualTo(before.keptSha256());
      store.write(batch -> batch.put(NodeTables.PINS, OWN_KEY, new byte[0]), Durability.SYNCED);
      assertThat(summary(store).keptSha256()).isNotEqualTo(before.keptSha256());
      store.write(batch -> batch.delete(NodeTables.PINS, OWN_KEY), Durability.SYNCED);
      assertThat(summary(store)).isEqualTo(derived);
    }
  }

  @Test
  void rejectsNothingSilently() {
    try (Store from = filled();
        Store to = store()) {
      assertThatThrownBy(() -> StoreCopy.copy(from, new Dying(to, 0), copied -> {}))
          .isInstanceOf(StoreException.class);
      assertThat(summary(to).entries()).isZero();
    }
  }

  /** Takes so many batches, then fails. */
  private static final class Dying implements Store {
    private final Store store;
    private int left;

    Dying(Store store, int batches) {
      this.store = store;
      this.left = batches;
    }

    @Override
    public <T> T read(Function<? super Snapshot, ? extends T> reader) {
      return store.read(reader);
    }

    @Override
    public void write(Consumer<? super Batch> writer, Durability durability) {
      if (left-- == 0) {
        throw new StoreException(StoreException.Kind.FULL, "No space left", null);
      }
      store.write(writer, durability);
    }

    @Override
    public StoreStats stats() {
      return store.stats();
    }

    @Override
    public void close() {
      // the test's
    }
  }
}
