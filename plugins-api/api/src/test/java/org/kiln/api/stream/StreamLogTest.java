package org.kiln.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;

/** Versions of a log share what they have in common, and none sees what another became. */
class StreamLogTest {
  private static LogEntry entry(int number) {
    return LogEntry.of(cid(number), LogEntry.Kind.DATA);
  }

  private static Cid cid(int number) {
    return Cid.ofDigest(Cid.DAG_CBOR, Cid.SHA2_256, ByteBuffer.allocate(32).putInt(number).array());
  }

  private static List<LogEntry> appendTime(List<LogEntry> before, int number, long seconds) {
    List<LogEntry> after = new ArrayList<>(before);
    Instant time = Instant.ofEpochSecond(seconds);
    for (int i = after.size() - 1; i >= 0 && after.get(i).kind() != LogEntry.Kind.TIME; i--) {
      after.set(i, after.get(i).at(time));
    }
    after.add(LogEntry.of(cid(number), LogEntry.Kind.TIME).at(time));
    return after;
  }

  @Test
  void shouldKeepEachVersionAsItWasWhateverIsMadeOfIt() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      List<StreamLog> logs = new ArrayList<>(List.of(StreamLog.of(List.of(entry(0)))));
      List<List<LogEntry>> models = new ArrayList<>(List.of(List.of(entry(0))));
      for (int i = 1; i < 1_500; i++) {
        // The newest mostly, and now and then an older one.
        int from = random.nextInt(20) == 0 ? random.nextInt(logs.size()) : logs.size() - 1;
        StreamLog log = logs.get(from);
        List<LogEntry> model = models.get(from);
        if (random.nextInt(100) == 0) {
          int count = 1 + random.nextInt(log.size());
          log = log.prefix(count);
          model = model.subList(0, count);
        }
        if (random.nextInt(40) == 0) {
          logs.add(log.appendTime(cid(i), Instant.ofEpochSecond(i)));
          models.add(appendTime(model, i, i));
        } else {
          logs.add(log.append(entry(i)));
          List<LogEntry> longer = new ArrayList<>(model);
          longer.add(entry(i));
          models.add(longer);
        }
      }
      for (int i = 0; i < logs.size(); i += 7) {
        assertThat(logs.get(i)).isEqualTo(models.get(i));
        assertThat(logs.get(i).tip()).isEqualTo(models.get(i).getLast());
      }
      assertThat(StreamLog.of(models.getLast())).isEqualTo(models.getLast());
    }
  }
}
