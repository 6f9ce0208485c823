package org.kiln.streams.state;

import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.StreamState;

/** Estimates what a state costs in memory, so that the cache can be bounded in bytes. */
public final class StateWeight {
  private static final int STATE = 400;
  private static final int LOG_ENTRY = 160;

  /** The last lines of a log, which are copied where a branch begins. */
  private static final int LOG_END = 256;

  /** So many lines are shared together, by one reference to all of them. */
  private static final int LOG_SHARED = 64;

  /** A line that has got a time of its own. */
  private static final int LOG_COPY = 40;

  private static final int VALUE = 24;
  private static final int ENTRY = 64;

  private StateWeight() {}

  static int of(StreamState state) {
    long bytes = STATE + (long) LOG_ENTRY * state.log().size() + of(state.document());
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  /**
   * One of several states of a stream, which share the lines of their logs.
   *
   * @param covering lines that a time event has given a time, which are not shared with others
   */
  public static long alone(StreamState state, int covering) {
    return STATE
        + 4L * Math.min(LOG_END, state.log().size())
        + state.log().size() / LOG_SHARED
        + (long) LOG_COPY * covering
        + of(state.document());
  }

  private static long of(Document document) {
    long bytes = of(document.content()) + of(document.metadata());
    return document.next().isPresent()
        ? bytes + of(document.latestContent()) + of(document.latestMetadata())
        : bytes;
  }

  private static long of(Ipld value) {
    return switch (value) {
      case Ipld.Text text -> VALUE + 24 + text.value().length();
      case Ipld.Bytes bytes -> VALUE + 16 + bytes.size();
      case Ipld.List list -> {
        long sum = VALUE + 24;
        for (Ipld item : list.items()) {
          sum += 8 + of(item);
        }
        yield sum;
      }
      case Ipld.Map map -> {
        long sum = VALUE + 64;
        for (var entry : map.entries().entrySet()) {
          sum += ENTRY + entry.getKey().length() + of(entry.getValue());
        }
        yield sum;
      }
      case Ipld.Link link -> VALUE + 120;
      case Ipld.Null none -> 0;
      case Ipld.Bool bool -> 0;
      case Ipld.Int number -> VALUE + 40;
      case Ipld.Float64 number -> VALUE;
    };
  }
}
