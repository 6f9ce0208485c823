package org.kiln.did.pkh.internal;

import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.pkh.TezosSignature;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link TezosSignature}. */
@Component(
    service = CapabilitySignature.class,
    property = CapabilitySignature.TYPE_PROPERTY + "=tezos:ed25519")
public final class TezosComponent implements CapabilitySignature {
  private final CapabilitySignature signature = new TezosSignature();

  @Override
  public String type() {
    return signature.type();
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    signature.verify(cacao, deadline);
  }
}
