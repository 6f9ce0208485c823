package org.kiln.did.key.internal;

import org.kiln.api.did.SignatureSuite;
import org.kiln.did.key.P256Suite;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link P256Suite}. */
@Component(service = SignatureSuite.class, property = SignatureSuite.ALG_PROPERTY + "=ES256")
public final class P256Component implements SignatureSuite {
  private final SignatureSuite suite = new P256Suite();

  @Override
  public String alg() {
    return suite.alg();
  }

  @Override
  public String provider() {
    return suite.provider();
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return suite.verify(publicKey, message, signature);
  }
}
