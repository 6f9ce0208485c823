package org.kiln.launcher;

import java.util.List;

/**
 * A table that is exported: its rows are numbered as they come, and never change. Whole numbers
 * without a sign get one, since not all who read Parquet know them; what is JSON is text.
 *
 * @param name its name
 * @param order the column that numbers its rows
 * @param columns what is written
 */
record ExportTable(String name, String order, List<String> columns) {
  private static final String CONCLUSION =
      "conclusion_event_order::BIGINT AS conclusion_event_order";

  static final List<ExportTable> ALL =
      List.of(
          new ExportTable(
              "conclusion_events",
              "conclusion_event_order",
              List.of(
                  CONCLUSION,
                  "stream_cid",
                  "stream_type::INTEGER AS stream_type",
                  "controller",
                  "dimensions",
                  "event_cid",
                  "event_type::INTEGER AS event_type",
                  "data::VARCHAR AS data",
                  "previous",
                  "before::BIGINT AS before",
                  "chain_id")),
          new ExportTable(
              "event_states",
              "event_state_order",
              List.of(
                  CONCLUSION,
                  "event_state_order::BIGINT AS event_state_order",
                  "stream_cid",
                  "stream_type::INTEGER AS stream_type",
                  "controller",
                  "dimensions",
                  "event_cid",
                  "event_type::INTEGER AS event_type",
                  "event_height::BIGINT AS event_height",
                  "data::VARCHAR AS data",
                  "validation_errors",
                  "before::BIGINT AS before",
                  "chain_id")));

  private String range(long after, long to) {
    return " FROM " + name + " WHERE " + order + " > " + after + " AND " + order + " <= " + to;
  }

  /** The highest number; nothing when there is no row. */
  String newest() {
    return "SELECT max(" + order + ") AS newest FROM " + name;
  }

  /** The event of a row. */
  String event(long number) {
    return "SELECT hex(event_cid) AS event" + range(number - 1, number);
  }

  /** The models of a range of rows: bytes in hex, StreamID, number of rows. */
  String models(long after, long to) {
    return "SELECT hex(m) AS bytes, stream_id_string(m) AS model, n FROM (SELECT"
        + " dimension_extract(dimensions, 'model') AS m, count(*) AS n"
        + range(after, to)
        + " GROUP BY ALL) ORDER BY bytes";
  }

  /** The rows of a range that are of a model. */
  String rows(long after, long to, String modelBytes) {
    return "SELECT "
        + String.join(", ", columns)
        + range(after, to)
        + " AND dimension_extract(dimensions, 'model') = X'"
        + modelBytes
        + "' ORDER BY "
        + order;
  }
}
