package org.kiln.http.v0;

import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.CodecException;
import org.kiln.core.stream.StreamException;

/** What a route of this face does. */
@FunctionalInterface
interface Handler {
  /**
   * Answers one request.
   *
   * @throws HttpProblem for an answer that is an error
   * @throws StreamException when the stream service refuses
   * @throws CodecException when what the client sent cannot be read
   */
  HttpReply handle(HttpCall call) throws HttpProblem, StreamException, CodecException;
}
