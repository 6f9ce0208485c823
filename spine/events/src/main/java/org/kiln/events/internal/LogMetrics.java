package org.kiln.events.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.kiln.core.log.EventLog.LogStats;
import org.kiln.core.node.Metrics;
import org.kiln.events.EventStore;
import org.kiln.events.write.WriterStats;

/** The event log's numbers. */
final class LogMetrics implements Metrics {
  private final EventStore store;

  LogMetrics(EventStore store) {
    this.store = store;
  }

  @Override
  public List<Sample> samples() {
    LogStats log = store.stats();
    WriterStats writer = store.writerStats();
    EventStore.JournalStats journal = store.journalStats();
    List<Sample> samples = new ArrayList<>(store.writerTimes().samples());
    Collections.addAll(
        samples,
        Sample.gauge("kiln_log_events", "Events in the log", log.events()),
        Sample.gauge("kiln_log_disk_bytes", "Bytes of the store on disk", log.diskBytes()),
        Sample.gauge("kiln_log_queued_events", "Events waiting for the writer", log.queued()),
        Sample.gauge("kiln_feed_position", "Newest position of the feed", journal.position()),
        Sample.gauge(
            "kiln_feed_held_events",
            "Events that the feed holds back until what they build on is here",
            journal.held()),
        Sample.gauge(
            "kiln_feed_unwritten_notes",
            "Notes for the feed that are not written yet",
            journal.notes()),
        Sample.counter("kiln_log_batches_total", "Batches written", log.batches()),
        Sample.counter(
            "kiln_log_batched_events_total", "Events written in batches", log.batchedEvents()),
        Sample.counter(
            "kiln_log_failed_batches_total",
            "Batches that could not be written",
            writer.failedBatches()),
        Sample.counter(
            "kiln_log_damage_total",
            "Times that damage on the disk was met",
            store.damage().met()));
    return samples;
  }
}
