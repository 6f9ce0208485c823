package org.kiln.type.instance.internal;

import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.type.instance.InstanceType;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link InstanceType}. */
@Component(service = StreamType.class, property = StreamType.TYPE_PROPERTY + ":Integer=3")
public final class InstanceTypeComponent implements StreamType {
  private final StreamType type = new InstanceType();

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
