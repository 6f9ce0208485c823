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
import org.kiln.kit.stream.JsonPatch;

/**
 * The Model, stream type 2: a definition, which its controller may update where that harms no
 * document. Thread-safe.
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
    return 3;
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

  /**
   * An update of the controller's, as ceramic-one takes them. Documents keep to the definition they
   * name, and to the first one when they name none: whoever holds Models for final, as js-ceramic
   * does, judges them alike.
   */
  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Document now = state.document();
    ModelDefinition before = ModelDefinition.of((Ipld.Map) now.content(), context.deadline());
    ModelUpdate.checkUpdatable(before);
    context.requireController(Controllers.only(now.metadata()), Optional.of(StreamId.MODEL));
    if (!(JsonPatch.apply(now.content(), event.data()) instanceof Ipld.Map content)) {
      throw new InvalidEventException("The content of a Model Stream must be an object");
    }
    ModelDefinition after = ModelDefinition.of(content, context.deadline());
    after.check();
    ModelUpdate.check(before, after, context.deadline());
    new Interfaces(context).check(after);
    return Document.of(content, now.metadata(), Signature.SIGNED);
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
