package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.store.StoreException.Kind;
import org.kiln.api.stream.Dependency;
import org.kiln.core.log.NodeTables;
import org.kiln.core.stream.StreamCensus;

/** Whoever takes a plugin away is told of the streams that need it, also of the newest. */
class CensusTest {
  private static final Dependency NOTES = Dependency.streamType(Notes.CODE);

  private final Scene scene = new Scene();
  private final StreamCensus census = scene.streams.census(scene.store, Clock.systemUTC());

  @AfterEach
  void close() {
    scene.disk.heal();
    scene.close();
  }

  @Test
  void shouldCountWhatWasWrittenThisMoment() throws Exception {
    assertThat(census.countNow().of(NOTES)).isZero();

    scene.create(Scene.init("just now"));

    assertThat(census.countNow().of(NOTES)).isEqualTo(1);
    assertThat(census.countNow().complete()).isTrue();
  }

  @Test
  void shouldSayThatItMissesWhatTheStoreDoesNotTake() throws Exception {
    scene.create(Scene.init("never kept"));
    scene.disk.fails(Kind.FULL, (table, key, write) -> write && table.equals(NodeTables.STATES));

    assertThat(census.countNow().complete()).isFalse();
  }
}
