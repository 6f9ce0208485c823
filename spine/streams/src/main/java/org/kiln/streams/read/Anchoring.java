package org.kiln.streams.read;

import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.stream.StreamException;

/** The way to the anchor service, which may come and go. */
public final class Anchoring {
  private volatile AnchorRequests requests;

  public void use(AnchorRequests service) {
    requests = service;
  }

  /**
   * The state with the status its tip has: a time event is anchored, others as the service says.
   */
  public StreamState status(StreamState state) {
    AnchorStatus status = statusOf(state);
    return status == state.anchorStatus() ? state : state.with(status);
  }

  /** Asks for a time event on the tip. */
  public void request(StreamState state, Deadline deadline) throws StreamException {
    AnchorRequests service = requests;
    if (service == null || anchored(state)) {
      return;
    }
    try {
      service.request(state.id(), state.tip(), deadline);
    } catch (LogBusyException e) {
      throw Refusals.busy(e);
    }
  }

  /** The request for a tip as part of the write that makes it the tip. */
  public Optional<AnchorRequests.Request> prepare(StreamId stream, Cid tip) {
    AnchorRequests service = requests;
    return service == null ? Optional.empty() : service.prepare(stream, tip);
  }

  private AnchorStatus statusOf(StreamState state) {
    if (anchored(state)) {
      return AnchorStatus.ANCHORED;
    }
    AnchorRequests service = requests;
    return service == null ? AnchorStatus.NOT_REQUESTED : service.status(state.id(), state.tip());
  }

  public static boolean anchored(StreamState state) {
    return state.log().tip().kind() == LogEntry.Kind.TIME;
  }
}
