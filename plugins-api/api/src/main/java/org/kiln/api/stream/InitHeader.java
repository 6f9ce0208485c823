package org.kiln.api.stream;

import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;

/**
 * The header of a stream's first event: the metadata the stream begins with, and its place among
 * other streams. Immutable.
 *
 * @param fields the header as it is
 */
public record InitHeader(Ipld.Map fields) {
  private static final String MODEL = "model";

  /** Of an init event. */
  public static InitHeader of(Event.Init init) {
    return new InitHeader(init.header());
  }

  /** The same fields as metadata. */
  public StreamMetadata metadata() {
    return new StreamMetadata(fields);
  }

  /** The field that separates streams in the order of EventIds; {@code model} if not said. */
  public String separator() {
    return fields.text("sep").orElse(MODEL);
  }

  /**
   * The init event's key in the order of EventIds; empty for streams without a model or controller,
   * which have no place there.
   *
   * @param init CID of the event
   */
  public Optional<EventId> order(NetworkId network, Cid init) {
    StreamMetadata metadata = metadata();
    Optional<Ipld.Bytes> model = metadata.modelBytes();
    Optional<String> controller = metadata.controller();
    return model.isEmpty() || controller.isEmpty() || !separator().equals(MODEL)
        ? Optional.empty()
        : Optional.of(
            EventId.of(network, MODEL, model.get().value(), controller.get(), init, init));
  }
}
