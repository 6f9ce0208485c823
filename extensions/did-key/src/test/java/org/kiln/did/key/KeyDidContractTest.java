package org.kiln.did.key;

import org.kiln.api.did.DidMethod;
import org.kiln.testkit.DidMethodContract;

class KeyDidContractTest extends DidMethodContract {
  @Override
  protected DidMethod method() {
    return new KeyDidMethod();
  }

  @Override
  protected String did() {
    return "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
  }
}
