package org.kiln.did.pkh.internal;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.pkh.Eip1271Signature;
import org.kiln.did.pkh.JsonRpcChains;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Publishes {@link Eip1271Signature} with the operator's chain endpoints. */
@Component(
    service = CapabilitySignature.class,
    property = CapabilitySignature.TYPE_PROPERTY + "=eip1271",
    configurationPid = "org.kiln.did.pkh.eip1271")
@Designate(ocd = Eip1271Component.Config.class)
public final class Eip1271Component implements CapabilitySignature {
  private final JsonRpcChains chains;
  private final CapabilitySignature signature;

  /** Where the chains can be asked. */
  @ObjectClassDefinition(name = "Kiln contract wallets (EIP-1271)")
  @interface Config {
    @AttributeDefinition(
        description =
            "JSON-RPC endpoints, each <CAIP-2 chain>=<URL>, for example eip155:1=https://host/path,"
                + " several as an array or with commas;"
                + " without one the capabilities of that chain's contract wallets wait")
    String[] endpoints() default {};
  }

  /** Reads the endpoints. */
  @Activate
  public Eip1271Component(Config config) {
    Map<String, URI> endpoints = new HashMap<>();
    for (String list : config.endpoints()) {
      for (String entry : list.trim().split("[,\\s]+")) {
        if (!entry.isEmpty()) {
          int split = entry.indexOf('=');
          if (split < 1) {
            throw new IllegalArgumentException(
                "Endpoint '" + entry + "' is not of the form <chain>=<URL>");
          }
          endpoints.put(entry.substring(0, split), URI.create(entry.substring(split + 1)));
        }
      }
    }
    this.chains = new JsonRpcChains(endpoints);
    this.signature = new Eip1271Signature(chains);
  }

  @Deactivate
  void stop() {
    chains.close();
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
