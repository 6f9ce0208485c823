package org.kiln.net.recon.kept;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Cursor;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.libp2p.key.HostKey;
import org.kiln.net.recon.range.Key;
import org.kiln.store.memory.MemoryStore;

class ReconTableTest {
  private final EventStore store = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final ReconTable table = new ReconTable(store);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldKeepBlockedPeersAndTheRingApart() throws Exception {
    PeerId peer = HostKey.random().publicKey().peerId();
    // As long as peer keys are; a store takes keys of 512 bytes.
    Key first = Key.of("1".repeat(900).getBytes(StandardCharsets.UTF_8));
    Key second = Key.of("2".repeat(900).getBytes(StandardCharsets.UTF_8));
    table.block(peer, true, Deadline.NONE);
    table.ring(List.of(first, second), Deadline.NONE);
    table.ring(List.of(second), Deadline.NONE);
    assertThat(table.ring()).containsExactly(second);
    assertThat(table.blocked()).containsExactly(peer);
    store.read(
        snapshot -> {
          try (Cursor all = snapshot.range(NodeTables.RECON, null, null, false)) {
            while (all.next()) {
              assertThat(all.key()).hasSizeLessThanOrEqualTo(512);
            }
          }
          return null;
        });
    table.block(peer, false, Deadline.NONE);
    assertThat(table.blocked()).isEmpty();
    assertThat(table.ring()).containsExactly(second);
  }
}
