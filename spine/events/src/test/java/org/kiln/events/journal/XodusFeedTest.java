package org.kiln.events.journal;

import java.nio.file.Path;
import java.util.Map;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreSpec;
import org.kiln.core.log.NodeTables;
import org.kiln.store.xodus.XodusBackend;

class XodusFeedTest extends NodeFeedContract {
  @Override
  Store openStore(Path in) {
    return new XodusBackend().open(StoreSpec.of(in, NodeTables.ALL, Map.of()));
  }
}
