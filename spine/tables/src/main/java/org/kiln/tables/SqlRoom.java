package org.kiln.tables;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.duckdb.DuckDBConnection;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.StreamChange;
import org.kiln.core.extension.ExtensionRegistry;
import org.kiln.core.log.EventLog;
import org.kiln.core.sql.SqlFile;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlRows;
import org.kiln.core.sql.SqlStatement;
import org.kiln.core.sql.SqlTable;
import org.kiln.core.sql.SqlTables;
import org.kiln.core.stream.StreamReads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The room: tables that follow the feed, and answers from them. Thread-safe. */
public final class SqlRoom implements SqlTables, AutoCloseable {
  /** The name of the reader, under which the console shows how far the tables are. */
  public static final String READER = TableReader.NAME;

  /** The name of the reader of streams. */
  public static final String STREAM_READER = StreamTableReader.NAME;

  private static final Logger LOG = LoggerFactory.getLogger(SqlRoom.class);
  private static final int QUERIES = 8;
  private static final int FEEDS = 1_000;

  /** The driver cannot end this; so many at most wait for memory and the processor. */
  private static final int PLANNINGS = 2;

  /** Pieces of feeds that are read at the same time; the other feeds wait and hold nothing. */
  private static final int PIECES = 2;

  /** For one piece; one that takes longer is read in smaller ones. */
  private static final Duration PIECE_TIME = Duration.ofSeconds(5);

  /** For what the engine has under way to end, once it was told to. */
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private static final int PLANS = 128;
  private static final int SHORT = 4_096;
  private static final long FILE_BYTES = 1L << 30;

  /** MiB that the engine takes for its code and what it does not count. */
  private static final int BESIDES = 96;

  private final Database database;
  private final RowStore store;
  private final TableReader reader;
  private final StreamTableReader streamReader;
  private final Settling settling;
  private final Progress progress = new Progress();
  private final Progress streamProgress = new Progress();
  private final Catalog catalog = new Catalog();
  private final Planner planner;
  private final Freshness<FeedEvent> freshness;
  private final Freshness<StreamChange> streamFreshness;
  private final Limits limits;
  private final Turns queries;
  private final Turns plannings;
  private final Turns pieces = new Turns(PIECES, Duration.ZERO, "", () -> {});
  private final Semaphore feeds;
  private final AnswerFiles files;
  private final Recent<String, Planner.Plan> plans = new Recent<>(PLANS);

  /** For all that may be in the engine at the same time, and pieces of feeds. */
  private final EngineThreads threads = new EngineThreads(QUERIES + 2 * PLANNINGS + PIECES);

  private final Executions executions = new Executions();
  private final Set<SqlRows> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kiln-sql-clock").factory());

  /** What the room needs of the node. */
  public record Parts(EventLog log, Feed feed, StreamReads streams, ExtensionRegistry extensions) {}

  private SqlRoom(Path directory, Database database, Parts parts, Limits limits)
      throws SQLException, IOException {
    this.database = database;
    this.limits = limits;
    queries =
        new Turns(
            limits.queries(),
            limits.waitTime(),
            limits.queries() + " queries are answered at the same time; try again",
            this::endUnread);
    plannings =
        new Turns(
            PLANNINGS,
            limits.waitTime(),
            PLANNINGS + " statements are looked at at the same time; try again",
            () -> {});
    feeds = new Semaphore(limits.feeds());
    files = new AnswerFiles(directory, database.answers(), limits.fileBytes());
    store = new RowStore(database);
    Insistence insistence = new Insistence();
    reader =
        new TableReader(
            store,
            new Events(parts.log(), parts.streams(), insistence),
            new States(new Verdicts(parts.extensions(), parts.streams(), insistence)),
            insistence,
            progress);
    streamReader =
        new StreamTableReader(new StreamStore(database), parts.streams(), streamProgress, catalog);
    freshness = Freshness.ofEvents(parts.feed(), progress, limits.waitTime());
    streamFreshness = Freshness.ofStreams(parts.feed(), streamProgress, limits.waitTime());
    try (DuckDBConnection connection = database.connection()) {
      planner = new Planner(connection, catalog);
    }
    settling = new Settling(streamReader);
  }

  /**
   * Opens the tables, or begins them.
   *
   * @param directory where they lie
   * @param memoryMb what all of this may take, in MiB
   * @param parts what the room needs of the node
   * @param queryTime what the engine may take for one answer
   * @param waitTime how long a question waits for the tables to be as new as it
   * @throws IOException when they cannot be kept here; the message says why
   */
  public static SqlRoom open(
      Path directory, int memoryMb, Parts parts, Duration queryTime, Duration waitTime)
      throws IOException {
    return open(
        directory, memoryMb, parts, new Limits(queryTime, waitTime, QUERIES, FEEDS, FILE_BYTES));
  }

  static SqlRoom open(Path directory, int memoryMb, Parts parts, Limits limits) throws IOException {
    try {
      Database database = Database.open(directory, Math.max(48, memoryMb - BESIDES));
      try {
        return new SqlRoom(directory, database, parts, limits);
      } catch (SQLException | IOException | RuntimeException e) {
        database.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IOException(Database.firstLine(e), e);
    }
  }

  /** Is to be put on the feed. */
  public EventReader reader() {
    return reader;
  }

  /** Is to be put on the feed too. */
  public ChangeReader streamReader() {
    return streamReader;
  }

  @Override
  public SqlStatement plan(String sql) throws SqlRefusal {
    try {
      Planner.Plan plan = planned(sql);
      // Else who asks at once after writing a model would be told the columns of before.
      return (plan.ofModels() && isOther(plan.models()) ? planned(sql) : plan).statement();
    } catch (InterruptedException e) {
      throw givenUp();
    }
  }

  /** Clients ask for the columns of what they want next, and again for the rows. */
  private Planner.Plan planned(String sql) throws SqlRefusal, InterruptedException {
    ModelViews models = catalog.models();
    synchronized (plans) {
      Planner.Plan known = plans.get(sql);
      if (known != null && known.models() == models) {
        return known;
      }
    }
    try {
      return lookedAt(sql);
    } catch (SqlRefusal e) {
      // A model that was written just before has a view in a moment.
      if (!sql.toLowerCase(Locale.ROOT).contains(ModelView.SCHEMA) || !isOther(models)) {
        throw e;
      }
      return lookedAt(sql);
    }
  }

  /** Whether there are other views once the tables hold what was written before. */
  private boolean isOther(ModelViews than) throws InterruptedException {
    try {
      streamFreshness.await();
    } catch (SqlRefusal e) {
      return false;
    }
    return catalog.models() != than;
  }

  private Planner.Plan lookedAt(String sql) throws SqlRefusal, InterruptedException {
    plannings.take();
    try (DuckDBConnection connection = connection()) {
      Planner.Plan plan = threads.call(() -> planner.plan(connection, sql));
      if (sql.length() <= SHORT) {
        synchronized (plans) {
          plans.put(sql, plan);
        }
      }
      return plan;
    } catch (SQLException e) {
      throw Planner.refusal(e);
    } finally {
      plannings.giveBack();
    }
  }

  @Override
  public SqlRows open(SqlStatement statement, Map<String, Object> values, long after)
      throws SqlRefusal {
    try {
      Planner.Plan plan = freshlyPlanned(statement.sql());
      if (!plan.statement().columns().equals(statement.columns())) {
        // Whoever asks takes the values for those of the columns that it was told.
        throw Planner.otherColumns();
      }
      return plan.feed().isPresent() ? feed(plan, values, after) : query(plan, values);
    } catch (InterruptedException e) {
      throw givenUp();
    }
  }

  @Override
  public SqlFile parquet(SqlStatement statement, Map<String, Object> values) throws SqlRefusal {
    try {
      Planner.Plan plan = freshlyPlanned(statement.sql());
      if (plan.feed().isPresent()) {
        throw new SqlRefusal(
            Reason.INVALID, "A feed has no end to be written; ask the table without _feed");
      }
      queries.take();
      try {
        return files.parquet(
            plan, (copy, watch) -> execute(copy, values, "", watch, limits.queryTime()).close());
      } finally {
        queries.giveBack();
      }
    } catch (InterruptedException e) {
      throw givenUp();
    }
  }

  /** The plan for the tables as they are once they hold what was written before the question. */
  private Planner.Plan freshlyPlanned(String sql) throws SqlRefusal, InterruptedException {
    Planner.Plan plan = planned(sql);
    awaitRows(plan);
    return plan.models() == catalog.models() ? plan : planned(sql);
  }

  /** Has the tables hold what was written before the question. */
  private void awaitRows(Planner.Plan plan) throws SqlRefusal, InterruptedException {
    if (plan.ofEvents()) {
      freshness.await();
    }
    if (plan.ofStreams()) {
      streamFreshness.await();
    }
  }

  private static SqlRefusal givenUp() {
    Thread.currentThread().interrupt();
    return new SqlRefusal(Reason.UNAVAILABLE, "The query was given up");
  }

  private DuckDBConnection connection() throws SQLException, SqlRefusal {
    if (progress.isClosed()) {
      throw new SqlRefusal(Reason.UNAVAILABLE, "The SQL tables are being closed");
    }
    return database.connection();
  }

  private SqlRows query(Planner.Plan plan, Map<String, Object> values)
      throws SqlRefusal, InterruptedException {
    queries.take();
    try {
      Execution execution = execute(plan, values, "", Execution.Watch.NONE, limits.queryTime());
      SqlRows[] self = new SqlRows[1];
      self[0] =
          new QueryRows(
              execution,
              () -> {
                open.remove(self[0]);
                queries.giveBack();
              });
      open.add(self[0]);
      return self[0];
    } catch (SqlRefusal | RuntimeException e) {
      queries.giveBack();
      throw e;
    }
  }

  /** Somebody waits: of the answers that nobody reads the one goes that was read longest ago. */
  private void endUnread() {
    Duration longest = limits.waitTime().dividedBy(2);
    open.stream()
        .filter(QueryRows.class::isInstance)
        .map(QueryRows.class::cast)
        .filter(rows -> rows.unread().compareTo(longest) > 0)
        .max(Comparator.comparing(QueryRows::unread))
        .ifPresent(QueryRows::endUnread);
  }

  private SqlRows feed(Planner.Plan plan, Map<String, Object> values, long given)
      throws SqlRefusal {
    Feeds feed = plan.feed().orElseThrow();
    Progress progressed = Tables.isOfStreams(feed.table()) ? streamProgress : progress;
    String order = Tables.orderOf(feed.table());
    long end = progressed.order(order);
    if (given < 0 || given > end) {
      throw new SqlRefusal(
          Reason.INVALID, "The feed ends at " + end + ", so it cannot go on after " + given);
    }
    long most = feed.most(values);
    if (!feeds.tryAcquire()) {
      throw new SqlRefusal(
          Reason.UNAVAILABLE, limits.feeds() + " feeds are open, as many as may be; try again");
    }
    SqlRows[] self = new SqlRows[1];
    self[0] =
        new FeedRows(
            (after, to, patience) -> piece(plan, values, after, to, patience),
            progressed,
            order,
            given,
            most,
            () -> {
              open.remove(self[0]);
              feeds.release();
            });
    open.add(self[0]);
    return self[0];
  }

  private Optional<FeedRows.Piece> piece(
      Planner.Plan plan, Map<String, Object> values, long after, long to, Duration patience)
      throws SqlRefusal, InterruptedException {
    if (!pieces.tryTake(patience)) {
      return Optional.empty();
    }
    try {
      Execution execution =
          execute(
              plan,
              values,
              "SET VARIABLE feed_after = " + after + "; SET VARIABLE feed_to = " + to,
              Execution.Watch.NONE,
              limits.queryTime().compareTo(PIECE_TIME) < 0 ? limits.queryTime() : PIECE_TIME);
      return Optional.of(
          new FeedRows.Piece() {
            @Override
            public List<Object[]> next() throws SqlRefusal {
              return execution.next();
            }

            @Override
            public void close() {
              execution.close();
              pieces.giveBack();
            }
          });
    } catch (SqlRefusal | RuntimeException e) {
      pieces.giveBack();
      throw e;
    }
  }

  private Execution execute(
      Planner.Plan plan,
      Map<String, Object> values,
      String before,
      Execution.Watch watch,
      Duration most)
      throws SqlRefusal {
    try {
      return threads.call(() -> executed(plan, values, before, watch, most));
    } catch (SQLException e) {
      throw Planner.refusal(e);
    }
  }

  private Execution executed(
      Planner.Plan plan,
      Map<String, Object> values,
      String before,
      Execution.Watch watch,
      Duration most)
      throws SQLException, SqlRefusal {
    DuckDBConnection connection = connection();
    if (!before.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(before);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return new Execution(
        connection, plan, values, clock, threads, executions, watch, most.toMillis());
  }

  /** How many statements the engine has under way. */
  int executing() {
    return executions.size();
  }

  @Override
  public List<SqlTable> tables() {
    try {
      streamFreshness.await();
    } catch (SqlRefusal e) {
      // Those there were are the best answer then.
      return catalog.all();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return catalog.all();
  }

  /** Ends all answers; who reads a feed is told to ask again. */
  @Override
  public void close() {
    progress.close();
    streamProgress.close();
    open.forEach(SqlRows::close);
    int left = executions.close(CLOSING);
    if (left > 0) {
      LOG.warn("{} statements of SQL have not ended in {} s", left, CLOSING.toSeconds());
    }
    threads.close();
    // Last, since it ends what takes too long.
    clock.shutdownNow();
    store.close();
    settling.close();
    streamReader.close();
    database.close();
  }
}
