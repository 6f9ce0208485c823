package org.kiln.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Durability;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.store.memory.MemoryStore;
import org.kiln.streams.state.StatePages.Page;

class StatePagesTest {
  private static final int LARGE = 300_000;

  private final EventStore store = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final StatePages pages = new StatePages(store);

  @AfterEach
  void close() {
    store.close();
  }

  private void put(int states, int bytes) throws Exception {
    store.write(
        batch -> {
          for (int i = 0; i < states; i++) {
            batch.put(NodeTables.STATES, new byte[] {(byte) i}, new byte[bytes]);
          }
        },
        Durability.BUFFERED,
        Deadline.NONE);
  }

  @Test
  void shouldBoundAPageInBytes() throws Exception {
    put(10, LARGE);
    int seen = 0;
    int read = 0;
    byte[] from = null;
    Page page;
    do {
      page = pages.read(from, null, 500);
      assertThat(page.entries().stream().mapToLong(entry -> entry.value().length).sum())
          .isLessThan((1 << 20) + LARGE);
      seen += page.entries().size();
      from = Arrays.copyOf(page.entries().getLast().key(), 2);
      read++;
    } while (!page.whole() && read < 10);
    assertThat(seen).isEqualTo(10);
    assertThat(read).isEqualTo(3);
  }

  @Test
  void shouldSayWhetherMoreIsToCome() throws Exception {
    put(3, 10);
    assertThat(pages.read(null, null, 2).whole()).isFalse();
    assertThat(pages.read(null, null, 4).whole()).isTrue();
    assertThat(pages.read(new byte[] {9}, null, 4).whole()).isTrue();
  }

  @Test
  void shouldReadOneHoweverLargeItIs() throws Exception {
    put(2, 5 << 20);
    Page page = pages.read(null, null, 500);
    assertThat(page.entries()).hasSize(1);
    assertThat(page.whole()).isFalse();
  }
}
