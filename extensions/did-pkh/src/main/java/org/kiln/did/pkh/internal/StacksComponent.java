package org.kiln.did.pkh.internal;

import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.pkh.StacksSignature;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link StacksSignature}. */
@Component(
    service = CapabilitySignature.class,
    property = CapabilitySignature.TYPE_PROPERTY + "=stacks:secp256k1")
public final class StacksComponent implements CapabilitySignature {
  private final CapabilitySignature signature = new StacksSignature();

  @Override
  public String type() {
    return signature.type();
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    signature.verify(cacao, deadline);
  }
}
