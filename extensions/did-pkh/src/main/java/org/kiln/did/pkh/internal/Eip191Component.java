package org.kiln.did.pkh.internal;

import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.pkh.Eip191Signature;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link Eip191Signature}. */
@Component(
    service = CapabilitySignature.class,
    property = CapabilitySignature.TYPE_PROPERTY + "=eip191")
public final class Eip191Component implements CapabilitySignature {
  private final CapabilitySignature signature = new Eip191Signature();

  @Override
  public String type() {
    return signature.type();
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    signature.verify(cacao, deadline);
  }
}
