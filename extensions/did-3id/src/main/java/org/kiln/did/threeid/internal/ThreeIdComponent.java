package org.kiln.did.threeid.internal;

import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.stream.StreamReader;
import org.kiln.did.threeid.ThreeIdMethod;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes {@link ThreeIdMethod}. */
@Component(service = DidMethod.class, property = DidMethod.METHOD_PROPERTY + "=3")
public final class ThreeIdComponent implements DidMethod {
  private final DidMethod threeId;

  /** Reads the tiles of this node. */
  @Activate
  public ThreeIdComponent(@Reference StreamReader streams) {
    this.threeId = new ThreeIdMethod(streams);
  }

  @Override
  public String method() {
    return threeId.method();
  }

  @Override
  public DidDocument resolve(DidUrl did, ResolveOptions options) throws DidException {
    return threeId.resolve(did, options);
  }
}
