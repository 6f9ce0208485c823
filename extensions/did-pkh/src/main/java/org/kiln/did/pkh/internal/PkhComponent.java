package org.kiln.did.pkh.internal;

import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.did.pkh.PkhDidMethod;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link PkhDidMethod}. */
@Component(service = DidMethod.class, property = DidMethod.METHOD_PROPERTY + "=pkh")
public final class PkhComponent implements DidMethod {
  private final DidMethod pkh = new PkhDidMethod();

  @Override
  public String method() {
    return pkh.method();
  }

  @Override
  public DidDocument resolve(DidUrl did, ResolveOptions options) throws DidException {
    return pkh.resolve(did, options);
  }
}
