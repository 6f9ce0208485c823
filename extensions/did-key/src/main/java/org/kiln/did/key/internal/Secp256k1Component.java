package org.kiln.did.key.internal;

import org.kiln.api.did.SignatureSuite;
import org.kiln.did.key.Secp256k1Suite;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link Secp256k1Suite}. */
@Component(service = SignatureSuite.class, property = SignatureSuite.ALG_PROPERTY + "=ES256K")
public final class Secp256k1Component implements SignatureSuite {
  private final SignatureSuite suite = new Secp256k1Suite();

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
