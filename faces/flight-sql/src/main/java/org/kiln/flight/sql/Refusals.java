package org.kiln.flight.sql;

import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.kiln.core.sql.SqlRefusal;

/** Refusals with a code that clients tell apart; Flight drops the text of any other exception. */
final class Refusals {
  private Refusals() {}

  static FlightRuntimeException of(SqlRefusal refusal) {
    CallStatus status =
        switch (refusal.reason()) {
          case INVALID, FORBIDDEN -> CallStatus.INVALID_ARGUMENT;
          case LIMIT -> CallStatus.RESOURCE_EXHAUSTED;
          case UNAVAILABLE -> CallStatus.UNAVAILABLE;
        };
    return status.withDescription(refusal.getMessage()).toRuntimeException();
  }

  static FlightRuntimeException invalid(String why) {
    return CallStatus.INVALID_ARGUMENT.withDescription(why).toRuntimeException();
  }
}
