package org.kiln.did.pkh.internal;

import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.pkh.SolanaSignature;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link SolanaSignature}. */
@Component(
    service = CapabilitySignature.class,
    property = CapabilitySignature.TYPE_PROPERTY + "=solana:ed25519")
public final class SolanaComponent implements CapabilitySignature {
  private final CapabilitySignature signature = new SolanaSignature();

  @Override
  public String type() {
    return signature.type();
  }

  @Override
  public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
    signature.verify(cacao, deadline);
  }
}
