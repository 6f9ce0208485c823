package org.kiln.store.xodus;

import org.kiln.api.store.StoreBackend;
import org.kiln.testkit.StoreContract;

class XodusStoreTest extends StoreContract {
  @Override
  protected StoreBackend backend() {
    return new XodusBackend();
  }
}
