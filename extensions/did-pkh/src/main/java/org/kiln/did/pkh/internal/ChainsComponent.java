package org.kiln.did.pkh.internal;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;
import org.kiln.did.pkh.JsonRpcChains;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Publishes {@link JsonRpcChains} with the operator's endpoints. */
@Component(service = ContractReader.class, configurationPid = "org.kiln.did.pkh.eip1271")
@Designate(ocd = ChainsComponent.Config.class)
public final class ChainsComponent implements ContractReader {
  private final JsonRpcChains chains;

  /** Where the chains can be asked. */
  @ObjectClassDefinition(name = "Kiln contract wallets (EIP-1271)")
  @interface Config {
    @AttributeDefinition(
        description =
            "JSON-RPC endpoints, each <CAIP-2 chain>=<URL>, for example eip155:1=https://host/path,"
                + " several as an array or with commas;"
                + " without one what that chain's contract wallets signed waits")
    String[] endpoints() default {};
  }

  /** Reads the endpoints. */
  @Activate
  public ChainsComponent(Config config) {
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
  }

  @Deactivate
  void stop() {
    chains.close();
  }

  @Override
  public Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException {
    return chains.call(chain, contract, data, deadline);
  }
}
