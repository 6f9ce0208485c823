package org.kiln.did.key.internal;

import org.kiln.api.did.SignatureSuite;
import org.kiln.did.key.Ed25519Suite;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link Ed25519Suite}. */
@Component(service = SignatureSuite.class, property = SignatureSuite.ALG_PROPERTY + "=EdDSA")
public final class Ed25519Component implements SignatureSuite {
  private final SignatureSuite suite = new Ed25519Suite();

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
