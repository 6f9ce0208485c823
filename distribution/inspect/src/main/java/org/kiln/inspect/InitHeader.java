package org.kiln.inspect;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;

/** What the header of an init event says of its stream. */
final class InitHeader {
  private static final Ipld MODEL = new Ipld.Bytes(StreamId.MODEL.bytes());

  private InitHeader() {}

  /** The stream; its type is not in the event but follows from what the header holds. */
  static StreamId stream(Event.Init init) {
    return StreamId.of(type(init.header()), init.cid());
  }

  /** The bytes of the model, if the header has one. */
  static Optional<byte[]> model(Event.Init init) {
    return init.header().entries().get("model") instanceof Ipld.Bytes bytes
        ? Optional.of(bytes.value())
        : Optional.empty();
  }

  /** The controller, when there is exactly one. */
  static Optional<String> controller(Event.Init init) {
    return init.header().entries().get("controllers") instanceof Ipld.List list
            && list.items().size() == 1
            && list.items().get(0) instanceof Ipld.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }

  private static int type(Ipld.Map header) {
    Ipld model = header.entries().get("model");
    if (model instanceof Ipld.Bytes) {
      return model.equals(MODEL) ? 2 : 3;
    }
    return header.text("family").filter(family -> family.startsWith("caip10-")).isPresent() ? 1 : 0;
  }
}
