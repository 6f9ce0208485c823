package org.kiln.did.pkh.internal;

import org.kiln.api.chain.ContractReader;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.pkh.Eip1271Signature;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes {@link Eip1271Signature}. */
@Component(
    service = CapabilitySignature.class,
    property = CapabilitySignature.TYPE_PROPERTY + "=eip1271")
public final class Eip1271Component implements CapabilitySignature {
  private final CapabilitySignature signature;

  /** Asks contracts through this. */
  @Activate
  public Eip1271Component(@Reference ContractReader chains) {
    this.signature = new Eip1271Signature(chains);
  }

  @Override
  public String type() {
    return signature.type();
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    signature.verify(cacao, deadline);
  }
}
