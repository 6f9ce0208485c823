package org.kiln.events;

import java.nio.file.Path;
import org.kiln.api.store.Store;
import org.kiln.core.log.NodeTables;
import org.kiln.store.memory.MemoryStore;

class MemoryEventStoreTest extends EventStoreContract {
  @Override
  Store openStore(Path directory) {
    return new MemoryStore(NodeTables.ALL);
  }
}
