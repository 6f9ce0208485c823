package org.kiln.index;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamReads;

/** Says which models can be indexed, in the words that clients know. Thread-safe. */
final class Admission {
  /** Interfaces that a model may implement, theirs included: each is a stream to be read. */
  private static final int MOST_INTERFACES = 1_000;

  private static final int MODEL_TYPE = 2;

  private final StreamReads streams;

  Admission(StreamReads streams) {
    this.streams = streams;
  }

  /**
   * All interfaces a model implements, those of interfaces too.
   *
   * @throws StreamException INVALID when it cannot be indexed, UNAVAILABLE when that cannot be seen
   */
  List<StreamId> interfaces(StreamId model, Deadline deadline) throws StreamException {
    if (model.equals(StreamId.MODEL)) {
      return List.of();
    }
    if (model.type() != MODEL_TYPE) {
      throw invalid("Cannot index " + model + ", it is not a Model StreamID");
    }
    Ipld.Map definition = definition(model, deadline);
    if (isInterface(definition)) {
      throw invalid("Model " + model + " is an interface and cannot be indexed");
    }
    Set<StreamId> found = new LinkedHashSet<>();
    Deque<StreamId> open = new ArrayDeque<>(implemented(definition));
    while (!open.isEmpty()) {
      StreamId next = open.remove();
      if (!found.add(next)) {
        continue;
      }
      if (found.size() > MOST_INTERFACES) {
        throw invalid(
            "Model " + model + " implements more than " + MOST_INTERFACES + " interfaces");
      }
      Ipld.Map inherited = definition(next, deadline);
      if (!isInterface(inherited)) {
        throw invalid("Model " + next + " is not an interface");
      }
      open.addAll(implemented(inherited));
    }
    return List.copyOf(found);
  }

  private Ipld.Map definition(StreamId model, Deadline deadline) throws StreamException {
    try {
      StreamRef ref = new StreamRef(model, Optional.empty());
      Ipld content = streams.load(ref, LoadOptions.local(deadline)).document().content();
      return content instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
    } catch (StreamException e) {
      throw new StreamException(
          Reason.UNAVAILABLE, "Model " + model + " cannot be loaded: " + e.getMessage());
    }
  }

  private static boolean isInterface(Ipld.Map definition) {
    return Ipld.TRUE.equals(definition.entries().get("interface"));
  }

  private static List<StreamId> implemented(Ipld.Map definition) {
    List<StreamId> found = new ArrayList<>();
    if (definition.entries().get("implements") instanceof Ipld.List list) {
      for (Ipld item : list.items()) {
        if (item instanceof Ipld.Text text) {
          found.add(StreamId.parse(text.value()));
        }
      }
    }
    return found;
  }

  private static StreamException invalid(String message) {
    return new StreamException(Reason.INVALID, message);
  }
}
