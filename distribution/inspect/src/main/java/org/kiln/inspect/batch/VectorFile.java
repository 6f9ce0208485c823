package org.kiln.inspect.batch;

import org.kiln.api.ipld.Ipld;

/** Answers the entries of one vector file. Must be thread-safe. */
@FunctionalInterface
interface VectorFile {
  /**
   * What this node makes of the inputs, in the shape of the entry's {@code expected}.
   *
   * @throws Exception when the inputs are refused; the message becomes the answer's error
   */
  Ipld.Map answer(Inputs inputs) throws Exception;
}
