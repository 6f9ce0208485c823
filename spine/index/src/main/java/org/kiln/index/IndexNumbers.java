package org.kiln.index;

import java.util.List;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.StatusSection;
import org.kiln.core.stream.StreamException;

/** What operators see of the index. Thread-safe. */
public final class IndexNumbers implements Metrics, StatusSection {
  private static final double NANOS = 1e9;

  private final IndexRoom room;

  /** Of that room. */
  public IndexNumbers(IndexRoom room) {
    this.room = room;
  }

  @Override
  public String name() {
    return "composeDB";
  }

  /** As js-ceramic shows it, with how far models are that are being filled in. */
  @Override
  public Ipld value() {
    try {
      List<IndexedModel> models = room.models();
      List<Ipld> ids = models.stream().<Ipld>map(m -> Ipld.of(m.id().toString())).toList();
      List<Ipld> filling =
          models.stream()
              .filter(IndexedModel::filling)
              .<Ipld>map(
                  m ->
                      Ipld.map(
                          "model", Ipld.of(m.id().toString()),
                          "currentPosition", Ipld.of(m.filled()),
                          "endPosition", Ipld.of(m.fillUntil())))
              .toList();
      return Ipld.map(
          "indexedModels", new Ipld.List(ids),
          "filling", new Ipld.List(filling),
          "owed", Ipld.of(room.owing()));
    } catch (StreamException e) {
      return Ipld.map("indexedModels", Ipld.list(), "problem", Ipld.of(e.getMessage()));
    }
  }

  @Override
  public List<Sample> samples() {
    Freshness freshness = room.freshness();
    return List.of(
        Sample.counter(
            "kiln_index_waits_total",
            "Queries that waited for the index to be as new as they",
            freshness.waits()),
        Sample.counter(
            "kiln_index_wait_seconds_total",
            "Seconds queries have waited for the index together",
            freshness.waited().toNanos() / NANOS),
        Sample.gauge(
            "kiln_index_owed_streams",
            "Streams that could not be read or written when they changed, and are tried again",
            room.owing()));
  }
}
