package org.kiln.index.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.index.IndexRoom;
import org.kiln.index.OpenIndex;
import org.kiln.launch.TaskFailedException;
import org.kiln.testkit.FakeFeed;

class RebuildIndexTest {
  @TempDir Path directory;

  /** The exit code of the command follows from it: a database that is away is no broken disk. */
  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, OTHER",
    "OTHER_NETWORK, OTHER",
    "UNWRITABLE, STORAGE",
    "CORRUPT, STORAGE"
  })
  void shouldBlameTheDiskOnlyForWhatIsOfTheDisk(
      IndexException.Kind kind, TaskFailedException.Kind expected) {
    OpenIndex index = new OpenIndex(new Failing(kind), IndexSpec.of(directory, NetworkId.INMEMORY));
    try (IndexRoom room =
        new IndexRoom(
            index,
            new FakeFeed(),
            (ref, options) -> {
              throw new StreamException(Reason.NOT_FOUND, "It is not here");
            },
            Duration.ofSeconds(1),
            Duration.ofSeconds(1))) {
      assertThatThrownBy(() -> new RebuildIndex(room).rebuildIndex((done, total) -> {}))
          .isInstanceOfSatisfying(
              TaskFailedException.class, e -> assertThat(e.kind()).isEqualTo(expected))
          .hasMessage("It does not open");
    }
  }

  private record Failing(IndexException.Kind kind) implements IndexBackend {
    @Override
    public String id() {
      return "failing";
    }

    @Override
    public DocumentIndex open(IndexSpec spec) {
      throw new IndexException(kind, "It does not open", null);
    }
  }
}
