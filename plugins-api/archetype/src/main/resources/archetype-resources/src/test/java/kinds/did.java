package ${package};

import org.kiln.api.did.DidMethod;
import org.kiln.api.ipld.Multibase;
import org.kiln.testkit.DidMethodContract;

class ${className}Test extends DidMethodContract {
  @Override
  protected DidMethod method() {
    return new ${className}();
  }

  @Override
  protected String did() {
    return "did:${key}:" + Multibase.BASE58BTC.encode(new byte[32]);
  }
}
