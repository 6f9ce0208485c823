package org.kiln.type.caip10.internal;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.chain.ContractReader;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.type.caip10.Caip10LinkType;
import org.kiln.type.caip10.ChainNodes;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Publishes {@link Caip10LinkType}. */
@Component(
    service = StreamType.class,
    property = StreamType.TYPE_PROPERTY + ":Integer=1",
    configurationPid = "org.kiln.type.caip10")
@Designate(ocd = Caip10LinkTypeComponent.Config.class)
public final class Caip10LinkTypeComponent implements StreamType {
  private final ChainNodes nodes;
  private final StreamType type;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ContractReader contracts;

  /** Where the keys of accounts can be asked for. */
  @ObjectClassDefinition(name = "Kiln CAIP-10 links")
  @interface Config {
    @AttributeDefinition(
        description =
            "Nodes of chains, each <CAIP-2 chain>=<URL>, several as an array or with commas. Those"
                + " of Tezos and EOSIO are asked for their accounts' keys; without one the links of"
                + " that chain's accounts wait. Those of other chains are not contacted.")
    String[] nodes() default {};
  }

  /** Reads the nodes' addresses. */
  @Activate
  public Caip10LinkTypeComponent(Config config) {
    this.nodes = new ChainNodes(addresses(config.nodes()));
    this.type = new Caip10LinkType(this::call, nodes);
  }

  private static Map<String, URI> addresses(String[] lists) {
    Map<String, URI> addresses = new HashMap<>();
    for (String entry : String.join(",", lists).trim().split("[,\\s]+")) {
      int split = entry.indexOf('=');
      if (split > 0) {
        addresses.put(entry.substring(0, split), URI.create(entry.substring(split + 1)));
      } else if (!entry.isEmpty()) {
        throw new IllegalArgumentException("Node '" + entry + "' is not of the form <chain>=<URL>");
      }
    }
    return addresses;
  }

  @Deactivate
  void stop() {
    nodes.close();
  }

  private Optional<byte[]> call(String chain, String contract, byte[] data, Deadline deadline)
      throws IOException {
    ContractReader reader = contracts;
    if (reader == null) {
      throw new IOException("nothing that asks chains is installed");
    }
    return reader.call(chain, contract, data, deadline);
  }

  @Override
  public int typeCode() {
    return type.typeCode();
  }

  @Override
  public String name() {
    return type.name();
  }

  @Override
  public int revision() {
    return type.revision();
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    return type.init(event, context);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    return type.apply(state, event, context);
  }
}
