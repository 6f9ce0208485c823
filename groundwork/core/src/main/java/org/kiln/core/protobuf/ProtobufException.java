package org.kiln.core.protobuf;

import java.io.IOException;

/** Bytes that are no protobuf message, or one that costs more than its budget. */
public final class ProtobufException extends IOException {
  /** With a sentence that says what is wrong. */
  public ProtobufException(String message) {
    super(message);
  }
}
