package org.kiln.did.threeid;

import org.kiln.api.did.DidMethod;
import org.kiln.testkit.DidMethodContract;

class ThreeIdContractTest extends DidMethodContract {
  @Override
  protected DidMethod method() {
    return new ThreeIdMethod(ThreeIdMethodTest::load);
  }

  @Override
  protected String did() {
    return ThreeIdMethodTest.DID;
  }
}
