package org.kiln.launch;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Derives all states anew from the event log, for {@code kiln rebuild}; a service of a bundle. */
@ProviderType
public interface RebuildTask {
  /**
   * What came of it.
   *
   * @param streams that were derived
   * @param waiting streams with events that wait for something missing
   * @param invalid streams without a valid state
   * @param orphans events whose stream's init event is not in the log
   * @param left streams that have no room in memory or took too long, the first of them, and why;
   *     they are derived when somebody asks for them
   */
  record Report(long streams, long waiting, long invalid, long orphans, List<String> left) {}

  /**
   * Runs to the end.
   *
   * @param progress hears of the log's events
   * @throws TaskFailedException when the log cannot be read or states not be written; what was
   *     derived so far stays, and the next run begins anew
   */
  Report rebuild(Progress progress) throws TaskFailedException;
}
