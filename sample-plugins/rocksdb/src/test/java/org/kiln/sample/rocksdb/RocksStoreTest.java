package org.kiln.sample.rocksdb;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.store.Table;
import org.kiln.testkit.StoreContract;

class RocksStoreTest extends StoreContract {
  private static final Table TABLE = new Table("table");

  @Override
  protected StoreBackend backend() {
    return new RocksBackend();
  }

  private static StoreSpec spec(Path place) {
    return StoreSpec.of(place, Set.of(TABLE), Map.of("cache-mib", "8"));
  }

  @Test
  void rejectsAStoreThatIsOpenElsewhere(@TempDir Path place) {
    Store first = backend().open(spec(place));
    try {
      assertThatThrownBy(() -> backend().open(spec(place)))
          .hasMessageContaining("Another process has it open")
          .hasFieldOrPropertyWithValue("kind", StoreException.Kind.LOCKED);
    } finally {
      first.close();
    }
  }

  @Test
  void rejectsDamagedFiles(@TempDir Path place) throws Exception {
    try (Store store = backend().open(spec(place))) {
      store.write(batch -> batch.put(TABLE, new byte[] {1}, new byte[] {2}), Durability.SYNCED);
    }
    Files.writeString(place.resolve("CURRENT"), "nonsense");
    assertThatThrownBy(() -> backend().open(spec(place)))
        .hasFieldOrPropertyWithValue("kind", StoreException.Kind.CORRUPT);
  }
}
