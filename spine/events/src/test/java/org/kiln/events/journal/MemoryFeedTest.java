package org.kiln.events.journal;

import java.nio.file.Path;
import org.kiln.api.store.Store;
import org.kiln.core.log.NodeTables;
import org.kiln.store.memory.MemoryStore;

class MemoryFeedTest extends NodeFeedContract {
  @Override
  Store openStore(Path in) {
    return new MemoryStore(NodeTables.ALL);
  }

  @Override
  protected boolean persistent() {
    return false;
  }
}
