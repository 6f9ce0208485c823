package org.kiln.http.sql;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.http.HttpRoute.Access;
import org.kiln.core.sql.SqlForm;
import org.kiln.core.sql.SqlTables;

/** The face as a whole: its routes. */
public final class SqlFace implements AutoCloseable {
  /** Of the eight queries that the tables answer at the same time. */
  private static final int ANSWERS = 4;

  /** Of the thousand feeds. */
  private static final int FEEDS = 256;

  /** Who was logged out does not go on reading. */
  private static final Duration SESSION = Duration.ofMinutes(5);

  private static final Duration LONG = Duration.ofDays(1);

  private final Supplier<Optional<SqlTables>> tables;
  private final Supplier<Optional<SqlForm>> arrow;
  private final OpenFeeds feeds = new OpenFeeds();

  /**
   * A face.
   *
   * @param tables the tables, while they are there
   * @param arrow what writes Arrow, while it is there
   */
  public SqlFace(Supplier<Optional<SqlTables>> tables, Supplier<Optional<SqlForm>> arrow) {
    this.tables = tables;
    this.arrow = arrow;
  }

  /** What those may ask who have a credential of the node: the console, the command line. */
  public List<HttpRoute> guarded() {
    return List.of(
        new QueryRoute(
            "/admin/query",
            Access.VIEWER,
            tables,
            arrow,
            new Share(2 * ANSWERS, "answers"),
            new Share(FEEDS, "feeds"),
            feeds,
            SESSION),
        new TablesRoute("/admin/query/tables", tables));
  }

  /** What anyone may ask who reaches the address, web pages too. */
  public List<HttpRoute> open() {
    return List.of(
        new QueryRoute(
            "/ceramic/query",
            Access.PUBLIC,
            tables,
            arrow,
            new Share(ANSWERS, "answers to callers of /ceramic/query"),
            new Share(FEEDS, "feeds of callers of /ceramic/query"),
            feeds,
            LONG));
  }

  /** Ends answers that have no end by themselves; to be called before the routes are let go. */
  @Override
  public void close() {
    feeds.close();
  }
}
