package org.kiln.streams.state;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;

/** The model that a stream's header names. */
public final class Models {
  private Models() {}

  /**
   * Of a header or of metadata; empty when there is none. May be {@link StreamId#MODEL}, of which
   * models are.
   */
  public static Optional<StreamId> of(Ipld.Map header) {
    if (header.get("model").orElse(Ipld.NULL) instanceof Ipld.Bytes model) {
      try {
        return Optional.of(StreamId.of(model.value()));
      } catch (IllegalArgumentException e) {
        // No StreamID: the stream's type says so, or does not mind.
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
