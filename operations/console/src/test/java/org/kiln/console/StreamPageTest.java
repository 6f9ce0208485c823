package org.kiln.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.LogEntry.Kind;

class StreamPageTest {
  @Test
  void shouldRememberOfALongLogOnlyWhatIsShown() {
    List<LogEntry> log = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      log.add(LogEntry.of(cid(i), Kind.DATA).at(Instant.ofEpochSecond(i)));
    }
    assertThat(StreamPage.linesOf(Set.of(cid(9_999), cid(9_000), cid(-1)), log))
        .hasSize(2)
        .containsEntry(cid(9_999), log.get(9_999))
        .containsEntry(cid(9_000), log.get(9_000));
  }

  private static Cid cid(int number) {
    return Cid.sha256(Cid.DAG_CBOR, ByteBuffer.allocate(4).putInt(number).array());
  }
}
