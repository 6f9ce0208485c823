package org.kiln.did.pkh;

import org.kiln.api.did.DidMethod;
import org.kiln.testkit.DidMethodContract;

class PkhDidContractTest extends DidMethodContract {
  @Override
  protected DidMethod method() {
    return new PkhDidMethod();
  }

  @Override
  protected String did() {
    return "did:pkh:eip155:1:0xb9c5714089478a327f09197987f16f9e5d936e8a";
  }

  @Override
  protected boolean signs() {
    return false;
  }
}
