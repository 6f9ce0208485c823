package ${package};

import org.kiln.api.store.StoreBackend;
import org.kiln.testkit.StoreContract;

class ${className}Test extends StoreContract {
  @Override
  protected StoreBackend backend() {
    return new ${className}();
  }

  @Override
  protected boolean persistent() {
    return false;
  }
}
