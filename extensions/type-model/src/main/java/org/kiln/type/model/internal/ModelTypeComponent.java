package org.kiln.type.model.internal;

import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.type.model.ModelType;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link ModelType}. */
@Component(service = StreamType.class, property = StreamType.TYPE_PROPERTY + ":Integer=2")
public final class ModelTypeComponent implements StreamType {
  private final StreamType type = new ModelType();

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
