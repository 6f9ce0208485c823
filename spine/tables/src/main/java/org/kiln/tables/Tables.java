package org.kiln.tables;

import static org.kiln.core.sql.SqlType.Scalar.BINARY;
import static org.kiln.core.sql.SqlType.Scalar.BOOLEAN;
import static org.kiln.core.sql.SqlType.Scalar.INT32;
import static org.kiln.core.sql.SqlType.Scalar.JSON_BYTES;
import static org.kiln.core.sql.SqlType.Scalar.JSON_TEXT;
import static org.kiln.core.sql.SqlType.Scalar.TEXT;
import static org.kiln.core.sql.SqlType.Scalar.UINT32;
import static org.kiln.core.sql.SqlType.Scalar.UINT64;
import static org.kiln.core.sql.SqlType.Scalar.UINT8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlTable.Kind;
import org.kiln.core.sql.SqlType;

/**
 * The tables there are. Those of events have the columns, types and order of ceramic-one; those of
 * streams begin with what it once planned.
 */
final class Tables {
  static final String PUBLIC = "v0";
  static final String INTERNAL = "_internal";
  static final String CONCLUSION_ORDER = "conclusion_event_order";
  static final String STATE_ORDER = "event_state_order";
  static final String STREAM_ORDER = "stream_state_order";

  private static final SqlColumn CONCLUSION = new SqlColumn(CONCLUSION_ORDER, UINT64, false);
  private static final SqlColumn DIMENSIONS =
      new SqlColumn("dimensions", new SqlType.MapOf(BINARY), true);
  private static final SqlColumn HEIGHT = new SqlColumn("event_height", UINT32, true);
  private static final SqlColumn DATA = new SqlColumn("data", JSON_BYTES, true);

  private static final List<SqlColumn> STREAM =
      List.of(
          new SqlColumn("stream_cid", BINARY, false),
          new SqlColumn("stream_type", UINT8, false),
          new SqlColumn("controller", TEXT, false),
          DIMENSIONS,
          new SqlColumn("event_cid", BINARY, false),
          new SqlColumn("event_type", UINT8, false));
  private static final List<SqlColumn> TIME =
      List.of(new SqlColumn("before", UINT64, true), new SqlColumn("chain_id", TEXT, true));

  private static final List<SqlColumn> EVENTS =
      columns(
          CONCLUSION,
          STREAM,
          DATA,
          new SqlColumn("previous", new SqlType.ListOf(BINARY, false), true),
          TIME);
  private static final List<SqlColumn> STATES =
      columns(
          CONCLUSION,
          new SqlColumn(STATE_ORDER, UINT64, false),
          STREAM,
          HEIGHT,
          DATA,
          new SqlColumn("validation_errors", new SqlType.ListOf(TEXT, true), true),
          TIME);
  private static final List<SqlColumn> PENDING =
      columns(
          CONCLUSION,
          STREAM,
          HEIGHT,
          DATA,
          new SqlColumn("patch", JSON_BYTES, true),
          new SqlColumn("model_version", BINARY, true),
          TIME);

  private static final SqlColumn STREAM_STATE = new SqlColumn(STREAM_ORDER, UINT64, false);
  private static final SqlColumn STREAM_ID = new SqlColumn("stream_id", TEXT, false);
  private static final SqlColumn EVENT_CID = new SqlColumn("event_cid", BINARY, false);
  private static final SqlColumn LOG_HEIGHT = new SqlColumn("event_height", UINT32, false);
  private static final SqlColumn BEFORE = new SqlColumn("before", UINT64, true);

  private static final List<SqlColumn> ANY_STREAM =
      List.of(
          STREAM_ID,
          new SqlColumn("stream_cid", BINARY, false),
          new SqlColumn("stream_type", UINT32, false),
          new SqlColumn("controller", TEXT, false),
          DIMENSIONS);
  private static final List<SqlColumn> STREAM_STATES =
      columns(
          STREAM_STATE,
          ANY_STREAM,
          EVENT_CID,
          new SqlColumn("event_type", UINT8, false),
          LOG_HEIGHT,
          new SqlColumn("data", JSON_BYTES, false),
          TIME);
  private static final List<SqlColumn> LAST = List.of(EVENT_CID, LOG_HEIGHT, BEFORE, STREAM_STATE);

  static final List<SqlTable> ALL =
      List.of(
          new SqlTable(INTERNAL, "pending_event_states", Kind.BASE, PENDING),
          new SqlTable(PUBLIC, "conclusion_events", Kind.BASE, EVENTS),
          new SqlTable(PUBLIC, "conclusion_events_feed", Kind.VIEW, EVENTS),
          new SqlTable(
              PUBLIC,
              "event_states",
              Kind.VIEW,
              columns(STATES, new SqlColumn("event_cid_partition", INT32, false))),
          new SqlTable(PUBLIC, "event_states_feed", Kind.VIEW, STATES),
          new SqlTable(
              PUBLIC,
              "links",
              Kind.VIEW,
              columns(
                  STREAM_ID,
                  new SqlColumn("account", TEXT, false),
                  new SqlColumn("did", TEXT, true),
                  LAST)),
          new SqlTable(
              PUBLIC,
              "models",
              Kind.VIEW,
              columns(
                  STREAM_ID,
                  new SqlColumn("view_name", TEXT, true),
                  new SqlColumn("name", TEXT, true),
                  new SqlColumn("version", TEXT, true),
                  new SqlColumn("description", TEXT, true),
                  new SqlColumn("controller", TEXT, false),
                  new SqlColumn("interface", BOOLEAN, false),
                  new SqlColumn("implements", JSON_TEXT, true),
                  new SqlColumn("account_relation", JSON_TEXT, true),
                  new SqlColumn("relations", JSON_TEXT, true),
                  new SqlColumn("views", JSON_TEXT, true),
                  new SqlColumn("schema", JSON_TEXT, true),
                  LAST)),
          new SqlTable(PUBLIC, "stream_states", Kind.BASE, STREAM_STATES),
          new SqlTable(PUBLIC, "stream_states_feed", Kind.VIEW, STREAM_STATES),
          new SqlTable(
              PUBLIC,
              "stream_tips",
              Kind.BASE,
              columns(
                  new SqlColumn("stream_tip_order", UINT64, false),
                  ANY_STREAM,
                  new SqlColumn("tips", new SqlType.ListOf(BINARY, false), false))),
          new SqlTable(
              PUBLIC,
              "tiles",
              Kind.VIEW,
              columns(
                  STREAM_ID,
                  new SqlColumn("controller", TEXT, false),
                  new SqlColumn("schema", TEXT, true),
                  new SqlColumn("family", TEXT, true),
                  new SqlColumn("tags", JSON_TEXT, true),
                  new SqlColumn("content", JSON_TEXT, true),
                  LAST)));

  private Tables() {}

  private static List<SqlColumn> columns(Object... parts) {
    List<SqlColumn> all = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof SqlColumn one) {
        all.add(one);
      } else {
        ((List<?>) part).forEach(one -> all.add((SqlColumn) one));
      }
    }
    return all;
  }

  /** The table of that name; without a schema one of the public ones. */
  static Optional<SqlTable> find(String schema, String name) {
    String wanted = schema.isEmpty() ? PUBLIC : schema;
    return ALL.stream()
        .filter(table -> table.schema().equalsIgnoreCase(wanted))
        .filter(table -> table.name().equalsIgnoreCase(name))
        .findFirst();
  }

  static boolean isFeed(SqlTable table) {
    return table.schema().equals(PUBLIC) && table.name().endsWith("_feed");
  }

  /** The column that a feed is ordered by. */
  static String orderOf(SqlTable feed) {
    return switch (feed.name()) {
      case "event_states_feed" -> STATE_ORDER;
      case "stream_states_feed" -> STREAM_ORDER;
      default -> CONCLUSION_ORDER;
    };
  }

  /** Whether its rows come from the changes of streams; those of others from the events. */
  static boolean isOfStreams(SqlTable table) {
    return table.schema().equals(ModelView.SCHEMA) || table.columns().contains(STREAM_STATE);
  }
}
