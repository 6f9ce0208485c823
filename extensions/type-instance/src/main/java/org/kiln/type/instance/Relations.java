package org.kiln.type.instance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;

/** The fields of a Model that point to other documents. Immutable. */
final class Relations {
  private static final String[] TYPES = {"tile", "caip10-link", "model", "MID", "UNLOADABLE"};

  private final StreamId model;
  private final Models models;

  /** The model a field's documents must have; empty when any will do. */
  private final Map<String, Optional<String>> targets = new LinkedHashMap<>();

  Relations(StreamId model, Ipld.Map definition, Models models) {
    this.model = model;
    this.models = models;
    for (var entry : definition.entries().entrySet()) {
      if (entry.getValue() instanceof Ipld.Map relation
          && relation.text("type").equals(Optional.of("document"))) {
        targets.put(entry.getKey(), relation.text("model"));
      }
    }
  }

  void check(Ipld content, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    if (targets.isEmpty() || !(content instanceof Ipld.Map map)) {
      return;
    }
    for (var target : targets.entrySet()) {
      Ipld value = map.get(target.getKey()).orElse(Ipld.NULL);
      if (!(value instanceof Ipld.Null)) {
        check(target.getKey(), parse(target.getKey(), value), target.getValue(), context);
      }
    }
  }

  private void check(String field, StreamId document, Optional<String> wanted, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    if (document.type() != InstanceType.CODE) {
      String type = document.type() < TYPES.length ? TYPES[document.type()] : "unknown type";
      throw new InvalidEventException(
          "StreamID " + document + " does not refer to a 'MID' stream, but to a " + type);
    }
    Ipld.Map metadata = context.load(document).document().metadata();
    if (wanted.isEmpty()) {
      return;
    }
    StreamId found = InstanceType.stream(metadata, "model");
    if (found.toString().equals(wanted.get())
        || models
            .load(InstanceType.version(metadata, found), context)
            .implementsModel(wanted.get())) {
      return;
    }
    throw new InvalidEventException(
        "Relation on field "
            + field
            + " points to Stream "
            + document
            + ", which belongs to Model "
            + found
            + ", but this Stream's Model ("
            + model
            + ") specifies that this relation must be to a Stream in the Model "
            + wanted.get());
  }

  private static StreamId parse(String field, Ipld value) throws InvalidEventException {
    String cause = "not a text";
    if (value instanceof Ipld.Text text) {
      try {
        return StreamId.parse(text.value());
      } catch (IllegalArgumentException e) {
        cause = e.getMessage();
      }
    }
    throw new InvalidEventException(
        "Error while parsing relation from field " + field + ": Invalid StreamID: " + cause);
  }
}
