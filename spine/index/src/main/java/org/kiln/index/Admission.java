package org.kiln.index;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.SyncOption;

/** Says which models can be indexed, in the words that clients know. Thread-safe. */
final class Admission {
  /** Interfaces that a model may implement, theirs included: each is a stream to be read. */
  private static final int MOST_INTERFACES = 1_000;

  /** Indices of one request: each makes every write of a document dearer. */
  private static final int MOST_INDICES = 64;

  /** Fields of an index, and names in the path of a field. */
  private static final int MOST_NAMES = 64;

  private static final int MODEL_TYPE = 2;

  /** How long other nodes are asked for a model, as a read of a client's waits. */
  private static final int ASKING_SECONDS = 3;

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

  /**
   * The indices that are asked for, with the names that documents have in the index.
   *
   * @throws StreamException INVALID when there are more than anybody could use
   */
  List<FieldIndex> indices(StreamId model, List<FieldIndex> asked) throws StreamException {
    if (asked.size() > MOST_INDICES) {
      throw invalid("Model " + model + " is to have more than " + MOST_INDICES + " indices");
    }
    List<FieldIndex> indices = new ArrayList<>();
    for (FieldIndex index : asked) {
      boolean large =
          index.fields().size() > MOST_NAMES
              || index.fields().stream().anyMatch(path -> path.size() > MOST_NAMES);
      if (large) {
        throw invalid("An index of model " + model + " has more than " + MOST_NAMES + " names");
      }
      indices.add(
          new FieldIndex(
              index.fields().stream()
                  .map(path -> path.stream().map(Canonical::of).toList())
                  .toList()));
    }
    return indices;
  }

  private Ipld.Map definition(StreamId model, Deadline deadline) throws StreamException {
    try {
      Ipld content = load(new StreamRef(model, Optional.empty()), deadline).document().content();
      return content instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
    } catch (StreamException e) {
      throw new StreamException(
          Reason.UNAVAILABLE, "Model " + model + " cannot be loaded: " + e.getMessage());
    }
  }

  /** Models never change: other nodes are asked only for one that is not here. */
  private StreamState load(StreamRef model, Deadline deadline) throws StreamException {
    try {
      return streams.load(model, LoadOptions.local(deadline));
    } catch (StreamException e) {
      return streams.load(
          model,
          new LoadOptions(SyncOption.PREFER_CACHE, ASKING_SECONDS, OptionalLong.empty(), deadline));
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
