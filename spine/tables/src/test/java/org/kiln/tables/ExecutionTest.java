package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

class ExecutionTest {
  private static final StreamId POSTS =
      StreamId.of(2, Cid.sha256(Cid.DAG_CBOR, "posts".getBytes(StandardCharsets.UTF_8)));

  @TempDir Path directory;

  @Test
  void rejectsAPlanOnceTheEngineHasOtherColumns() throws Exception {
    ModelViews before = views("body");
    ModelViews after = views("title");
    Catalog catalog = new Catalog();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    EngineThreads threads = new EngineThreads(1);
    try (Database database = Database.open(directory, 64);
        StreamStore store = new StreamStore(database)) {
      store.put(Set.of(), List.of(), Set.of(), ModelViews.NONE, before, StreamStore.Place.BEGIN);
      catalog.set(before);
      Planner.Plan plan;
      try (DuckDBConnection connection = database.connection()) {
        plan = new Planner(connection, catalog).plan(connection, "SELECT * FROM model.Post");
      }
      execute(database, plan, clock, threads).close();
      // The views are there a moment before it is told that they are.
      store.put(Set.of(), List.of(), Set.of(), before, after, StreamStore.Place.BEGIN);
      assertThatThrownBy(() -> execute(database, plan, clock, threads))
          .isInstanceOfSatisfying(
              SqlRefusal.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
    } finally {
      threads.close();
      clock.shutdownNow();
    }
  }

  private static Execution execute(
      Database database, Planner.Plan plan, ScheduledExecutorService clock, EngineThreads threads)
      throws Exception {
    return new Execution(
        database.connection(),
        plan,
        Map.of(),
        clock,
        threads,
        new Executions(),
        Execution.Watch.NONE,
        60_000);
  }

  private static ModelViews views(String property) {
    Ipld schema = Ipld.map("properties", Ipld.map(property, Ipld.map("type", Ipld.of("string"))));
    Ipld definition = Ipld.map("name", Ipld.of("Post"), "schema", schema);
    return ModelViews.NONE.with(
        List.of(ModelView.of(1, POSTS, definition).orElseThrow()), Set.of());
  }
}
