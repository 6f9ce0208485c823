package org.kiln.streams;

import java.util.List;
import java.util.function.Consumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.fixtures.ForwardingEventLog;

/** A log of whose events somebody hears once they are kept, before their writer does. */
final class EventLogWithReader extends ForwardingEventLog {
  private final Consumer<Cid> reader;

  EventLogWithReader(EventLog log, Consumer<Cid> reader) {
    super(log);
    this.reader = reader;
  }

  @Override
  public List<Long> admit(List<Admission> events, Consumer<? super Batch> also, Deadline deadline)
      throws LogBusyException {
    List<Long> sequences = super.admit(events, also, deadline);
    events.forEach(event -> reader.accept(event.event().cid()));
    return sequences;
  }
}
