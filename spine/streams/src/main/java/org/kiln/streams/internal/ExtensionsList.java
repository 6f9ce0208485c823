package org.kiln.streams.internal;

import java.util.Optional;
import java.util.function.Predicate;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamList;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamCatalogue;

/** The streams of this node as extensions may list them. */
final class ExtensionsList implements StreamList {
  private static final int MAX_STATES = 100_000;

  private final StreamCatalogue catalogue;

  ExtensionsList(StreamCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public Optional<StreamId> walk(
      Optional<StreamId> after, int most, Deadline deadline, Predicate<StreamState> sink) {
    if (most < 1 || most > MAX_STATES) {
      throw new IllegalArgumentException(
          "At most 1 to " + MAX_STATES + " states at once, not " + most);
    }
    return catalogue.walk(after, most, deadline, sink).last();
  }
}
