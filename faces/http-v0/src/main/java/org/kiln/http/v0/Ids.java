package org.kiln.http.v0;

import org.kiln.api.http.HttpProblem;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;

/** Reads the names of streams that clients send. */
final class Ids {
  private Ids() {}

  /**
   * A StreamID or CommitID.
   *
   * @throws HttpProblem 400 when it is neither
   */
  static StreamRef ref(String text) throws HttpProblem {
    try {
      return StreamRef.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problems.invalid(e.getMessage());
    }
  }

  /**
   * A StreamID.
   *
   * @throws HttpProblem 400 when it is none
   */
  static StreamId stream(String text) throws HttpProblem {
    try {
      return StreamId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problems.invalid(e.getMessage());
    }
  }
}
