package org.kiln.did.key.internal;

import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.did.key.KeyDidMethod;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link KeyDidMethod}. */
@Component(service = DidMethod.class, property = DidMethod.METHOD_PROPERTY + "=key")
public final class KeyComponent implements DidMethod {
  private final DidMethod key = new KeyDidMethod();

  @Override
  public String method() {
    return key.method();
  }

  @Override
  public DidDocument resolve(DidUrl did, ResolveOptions options) throws DidException {
    return key.resolve(did, options);
  }
}
