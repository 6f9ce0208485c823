package org.kiln.type.instance;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.kit.stream.Controllers;
import org.kiln.kit.stream.JsonPatch;
import org.kiln.kit.text.IpldText;

/**
 * The Model Instance Document, stream type 3: content that follows the schema, relations and
 * account rules of its Model. Changes take effect at once. Thread-safe; keeps compiled Models.
 *
 * @see <a href="https://github.com/ceramicnetwork/CIPs/blob/main/CIPs/cip-120.md">CIP-120</a>
 */
public final class InstanceType implements StreamType {
  static final int CODE = 3;
  static final int MODEL_CODE = 2;

  /** Where a document names the event of its Model that made the definition it keeps to. */
  private static final String MODEL_VERSION = "modelVersion";

  private final Models models = new Models();

  @Override
  public int typeCode() {
    return CODE;
  }

  @Override
  public String name() {
    return "MID";
  }

  @Override
  public int revision() {
    return 3;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Ipld.Map header = event.header();
    String controller = Controllers.only(header);
    if (!Controllers.looksLikeDid(controller)) {
      throw new InvalidEventException(
          "Attempting to create a ModelInstanceDocument with an invalid DID string: " + controller);
    }
    StreamId modelId = stream(header, "model");
    if (modelId.type() != MODEL_CODE) {
      throw new InvalidEventException(
          "Model for ModelInstanceDocument must refer to a StreamID of a Model stream");
    }
    if (event.signed()) {
      context.requireController(controller, Optional.of(modelId));
    } else if (event.hasContent()) {
      throw new InvalidEventException(
          "ModelInstanceDocument genesis commit with content must be signed");
    }
    CompiledModel model = models.load(version(header, modelId), context);
    model.checkInit(event, context);
    Ipld.Map metadata =
        Ipld.map("controllers", Ipld.list(Ipld.of(controller)), "model", header.get("model").get());
    Optional<Ipld> unique = header.get("unique");
    if (unique.isPresent()) {
      metadata = metadata.with("unique", unique.get());
    }
    if (header.get("context").filter(value -> !(value instanceof Ipld.Null)).isPresent()) {
      stream(header, "context");
      metadata = metadata.with("context", header.get("context").get());
    }
    if (header.entries().get(MODEL_VERSION) instanceof Ipld.Link version) {
      metadata = metadata.with(MODEL_VERSION, version);
    }
    Ipld content = event.hasContent() ? event.data().orElseThrow() : Ipld.NULL;
    // Signed even when it is not: the deployed nodes say so of every instance.
    return Document.of(content, metadata, Signature.SIGNED);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Document now = state.document();
    StreamId modelId = stream(now.metadata(), "model");
    context.requireController(Controllers.only(now.metadata()), Optional.of(modelId));
    Ipld.Map metadata = metadata(state, event);
    Ipld before = now.content() instanceof Ipld.Null ? Ipld.Map.EMPTY : now.content();
    Ipld content = JsonPatch.apply(before, event.data());
    CompiledModel model = models.load(version(metadata, modelId), context);
    model.checkContent(content, context);
    boolean creation = model.isDeterministic() && !hasData(state);
    if (!creation) {
      model.checkImmutable(event.data());
    }
    model.checkUnique(metadata, content);
    return Document.of(content, metadata, Signature.SIGNED);
  }

  /**
   * The metadata after the event: whether to be indexed may change, and the definition it keeps to.
   */
  private static Ipld.Map metadata(StreamState state, Event.Data event)
      throws InvalidEventException {
    Ipld.Map metadata = state.document().metadata();
    Ipld.Map header = event.header().orElse(Ipld.Map.EMPTY);
    if (!header.without("shouldIndex").without(MODEL_VERSION).entries().isEmpty()) {
      throw new InvalidEventException(
          "Updating metadata for ModelInstanceDocument Streams is not allowed.  Tried to change"
              + " metadata for Stream "
              + state.id()
              + " from "
              + IpldText.json(metadata, 1000)
              + " to "
              + IpldText.json(header, 1000));
    }
    for (String name : List.of("shouldIndex", MODEL_VERSION)) {
      Ipld value = header.get(name).orElse(Ipld.NULL);
      metadata = value instanceof Ipld.Null ? metadata : metadata.with(name, value);
    }
    return metadata;
  }

  /**
   * The state of a Model that a document keeps to.
   *
   * @param fields the document's metadata, or the header that begins it
   */
  static CommitId version(Ipld.Map fields, StreamId model) throws InvalidEventException {
    return switch (fields.entries().get(MODEL_VERSION)) {
      case Ipld.Link named -> new CommitId(model, named.cid());
      case Ipld.Null none -> CommitId.genesis(model);
      case null -> CommitId.genesis(model);
      default ->
          throw new InvalidEventException(
              "header.modelVersion of ModelInstanceDocument must be the CID of an event of its"
                  + " Model");
    };
  }

  private static boolean hasData(StreamState state) {
    for (LogEntry entry : state.log()) {
      if (entry.kind() == LogEntry.Kind.DATA) {
        return true;
      }
    }
    return false;
  }

  /** The StreamID in a header field. */
  static StreamId stream(Ipld.Map header, String field) throws InvalidEventException {
    String where = "header." + field + " of ModelInstanceDocument";
    return new StreamMetadata(header)
        .stream(field, where + ": ", where + " must be the bytes of a StreamID");
  }
}
