package org.kiln.type.model;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.kit.stream.Controllers;

/**
 * The Model, stream type 2: a definition that never changes after its init event. Thread-safe.
 *
 * @see <a href="https://github.com/ceramicnetwork/CIPs/blob/main/CIPs/cip-119.md">CIP-119</a>
 */
public final class ModelType implements StreamType {

  @Override
  public int typeCode() {
    return 2;
  }

  @Override
  public String name() {
    return "model";
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    if (!event.signed()) {
      throw new InvalidEventException("Model genesis commit must be signed");
    }
    String controller = Controllers.only(event.header());
    StreamId model = model(event.header());
    context.requireController(controller, Optional.of(model));
    if (!(event.data().orElse(Ipld.NULL) instanceof Ipld.Map content)) {
      throw new InvalidEventException("The content of a Model Stream must be an object");
    }
    ModelDefinition definition = ModelDefinition.of(content, context.deadline());
    if (!model.equals(StreamId.MODEL)) {
      throw new InvalidEventException(
          "Invalid 'model' metadata property in Model stream: " + model);
    }
    definition.check();
    new Interfaces(context).check(definition);
    Ipld.Map metadata =
        Ipld.map(
            "controllers",
            Ipld.list(Ipld.of(controller)),
            "model",
            event.header().get("model").orElseThrow());
    return Document.of(content, metadata, Signature.SIGNED);
  }

  /** Refuses: all deployed nodes hold a Model for final. */
  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException {
    throw new InvalidEventException("Cannot update a finalized Model");
  }

  private static StreamId model(Ipld.Map header) throws InvalidEventException {
    return new StreamMetadata(header)
        .stream(
            "model",
            "Invalid 'model' metadata property in Model stream: ",
            "Invalid 'model' metadata property in Model stream: it must be the bytes of a"
                + " StreamID");
  }
}
