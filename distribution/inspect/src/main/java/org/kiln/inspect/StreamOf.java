package org.kiln.inspect;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;

/** Which stream an init event begins. */
final class StreamOf {
  private static final Ipld MODEL = new Ipld.Bytes(StreamId.MODEL.bytes());

  private StreamOf() {}

  /** The stream; its type is not in the event but follows from what the header holds. */
  static StreamId init(Event.Init init) {
    return StreamId.of(type(init.header()), init.cid());
  }

  private static int type(Ipld.Map header) {
    Optional<Ipld.Bytes> model = new StreamMetadata(header).modelBytes();
    if (model.isPresent()) {
      return model.get().equals(MODEL) ? 2 : 3;
    }
    return header.text("family").filter(family -> family.startsWith("caip10-")).isPresent() ? 1 : 0;
  }
}
