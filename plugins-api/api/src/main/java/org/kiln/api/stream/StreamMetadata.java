package org.kiln.api.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Ipld;

/**
 * What the metadata of a stream, or the header of one of its events, says in the protocol's own
 * words. Looks at the fields and copies nothing: cheap to make wherever it is needed. Fields that
 * only a stream type knows are read from {@link #fields}. Immutable, as the fields are.
 *
 * @param fields the metadata or header as it is
 */
public record StreamMetadata(Ipld.Map fields) {

  /** Of a state as it is now, with what no time event covers yet. */
  public static StreamMetadata of(StreamState state) {
    return new StreamMetadata(state.document().latestMetadata());
  }

  /** The first controller; empty when there is none, or it is no text. */
  public Optional<String> controller() {
    return fields.entries().get("controllers") instanceof Ipld.List list
            && !list.items().isEmpty()
            && list.items().get(0) instanceof Ipld.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }

  /** The controllers that are texts; normally one. */
  public List<String> controllers() {
    if (!(fields.entries().get("controllers") instanceof Ipld.List list)) {
      return List.of();
    }
    List<Ipld> items = list.items();
    if (items.size() == 1) {
      return items.get(0) instanceof Ipld.Text text ? List.of(text.value()) : List.of();
    }
    List<String> texts = new ArrayList<>(items.size());
    for (Ipld item : items) {
      if (item instanceof Ipld.Text text) {
        texts.add(text.value());
      }
    }
    return texts;
  }

  /**
   * The one controller.
   *
   * @throws InvalidEventException when there is none, or several, or something that is no text
   */
  public String onlyController() throws InvalidEventException {
    if (fields.entries().get("controllers") instanceof Ipld.List list
        && list.items().size() == 1
        && list.items().get(0) instanceof Ipld.Text text
        && !text.value().isEmpty()) {
      return text.value();
    }
    throw new InvalidEventException("Exactly one controller must be specified");
  }

  /** The bytes of the model, whatever they are; empty when there are none. */
  public Optional<Ipld.Bytes> modelBytes() {
    return fields.entries().get("model") instanceof Ipld.Bytes bytes
        ? Optional.of(bytes)
        : Optional.empty();
  }

  /**
   * The model, which the protocol has as the bytes of its StreamID; empty when there is none, or
   * the bytes are no StreamID. Models themselves are of {@link StreamId#MODEL}.
   */
  public Optional<StreamId> model() {
    return fields.entries().get("model") instanceof Ipld.Bytes bytes
        ? stream(bytes)
        : Optional.empty();
  }

  /** The model's name for people, who write it as a text too where a type minds no field. */
  public Optional<String> modelText() {
    return switch (fields.entries().get("model")) {
      case Ipld.Text text -> Optional.of(text.value());
      case Ipld.Bytes bytes -> stream(bytes).map(StreamId::toString);
      case null, default -> Optional.empty();
    };
  }

  private static Optional<StreamId> stream(Ipld.Bytes bytes) {
    try {
      return Optional.of(StreamId.of(bytes.value()));
    } catch (IllegalArgumentException e) {
      // No StreamID: the stream's type says so, or does not mind.
      return Optional.empty();
    }
  }

  /**
   * The StreamID in a field that must have one, as bytes.
   *
   * @param field the field's name
   * @param invalid begins the sentence when it is bytes, though no StreamID
   * @param missing the sentence when it is no bytes at all
   * @throws InvalidEventException with one of the two
   */
  public StreamId stream(String field, String invalid, String missing)
      throws InvalidEventException {
    if (fields.entries().get(field) instanceof Ipld.Bytes bytes) {
      try {
        return StreamId.of(bytes.value());
      } catch (IllegalArgumentException e) {
        throw new InvalidEventException(invalid + e.getMessage(), e);
      }
    }
    throw new InvalidEventException(missing);
  }
}
