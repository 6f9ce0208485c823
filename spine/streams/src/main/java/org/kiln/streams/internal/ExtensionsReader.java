package org.kiln.streams.internal;

import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamReads;

/** Streams as extensions may read them. */
final class ExtensionsReader implements StreamReader {
  private final StreamReads streams;

  ExtensionsReader(StreamReads streams) {
    this.streams = streams;
  }

  @Override
  public StreamState load(StreamRef ref, Deadline deadline) throws DependencyMissingException {
    try {
      return streams.load(ref, LoadOptions.local(deadline));
    } catch (StreamException e) {
      // What a stream waits for itself is what who needs it waits for.
      throw new DependencyMissingException(
          e.missing().orElseGet(() -> Dependency.stream(ref.stream())), e.getMessage());
    }
  }
}
