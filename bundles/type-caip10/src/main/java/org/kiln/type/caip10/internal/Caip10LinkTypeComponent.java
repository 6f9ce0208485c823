package org.kiln.type.caip10.internal;

import java.io.IOException;
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
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Publishes {@link Caip10LinkType}. */
@Component(service = StreamType.class, property = StreamType.TYPE_PROPERTY + ":Integer=1")
public final class Caip10LinkTypeComponent implements StreamType {
  private final StreamType type = new Caip10LinkType(this::call);

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ContractReader contracts;

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
