package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexSpec;
import org.kiln.api.stream.NetworkId;
import org.kiln.index.sqlite.SqliteBackend;

class OpenIndexTest {
  @TempDir Path directory;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);
  private final AtomicReference<DocumentIndex> opened = new AtomicReference<>();

  /** A database that takes its time until it is told not to. */
  private final IndexBackend slow =
      new IndexBackend() {
        @Override
        public String id() {
          return "slow";
        }

        @Override
        public DocumentIndex open(IndexSpec spec) {
          asked.countDown();
          try {
            answered.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          opened.set(new SqliteBackend().open(spec));
          return opened.get();
        }
      };

  @Test
  @Timeout(120)
  void shouldKeepNobodyWaitingForADatabaseThatTakesItsTime() throws Exception {
    OpenIndex index = new OpenIndex(slow, IndexSpec.of(directory, NetworkId.INMEMORY));
    CompletableFuture<DocumentIndex> first = CompletableFuture.supplyAsync(index::get);
    asked.await();

    assertThatThrownBy(index::get).hasMessage("The index is still being opened");
    index.close();
    answered.countDown();

    assertThat(first.handle((open, e) -> e).get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IndexException.class)
        .hasMessageContaining("The index is closed");
    assertThatThrownBy(() -> opened.get().position()).isInstanceOf(IndexException.class);
  }
}
