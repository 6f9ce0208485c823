package org.kiln.store.xodus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damage that looks like a record must not hide those it spans. */
class LogScanTest {
  private static final int RECORDS = 400;
  private static final int LEAF = 15 ^ 0x80;
  private static final int ROOT = 1 ^ 0x80;
  private static final int BOTTOM_OF_A_B_TREE = 2 ^ 0x80;

  private final Random random = new Random(5);
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final List<Integer> starts = new ArrayList<>();
  private final List<byte[]> values = new ArrayList<>();

  LogScanTest() {
    for (int i = 0; i < RECORDS; i++) {
      starts.add(log.size());
      byte[] value = new byte[300];
      random.nextBytes(value);
      values.add(value);
      record(LEAF, joined(varint(4), new byte[4], varint(value.length), value));
      if (i % 20 == 19) {
        record(ROOT, joined(varint(7), varint(3), varint(7 + 3 + 199)));
        log.writeBytes(padding(100));
      }
    }
  }

  private void record(int type, byte[] data) {
    log.write(type);
    log.writeBytes(varint(1));
    log.writeBytes(varint(data.length));
    log.writeBytes(data);
  }

  private static byte[] padding(int bytes) {
    byte[] padding = new byte[bytes];
    Arrays.fill(padding, (byte) 0x80);
    return padding;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] varint(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    while (rest > 0x7f) {
      out.write(rest & 0x7f);
      rest >>= 7;
    }
    out.write(rest | 0x80);
    return out.toByteArray();
  }

  private static long found(List<byte[]> out, List<byte[]> wanted) {
    return wanted.stream()
        .filter(value -> out.stream().anyMatch(o -> Arrays.equals(o, value)))
        .count();
  }

  private List<byte[]> scan(byte[] file, BitSet changed) {
    List<byte[]> out = new ArrayList<>();
    new LogScan(file, changed).run(out::add, (from, to) -> {});
    return out;
  }

  /** A header whose record would end there. */
  private static byte[] header(int at, int end) {
    for (int size = end - at; size > 0; size--) {
      byte[] header = joined(new byte[] {(byte) BOTTOM_OF_A_B_TREE}, varint(1), varint(size));
      if (at + header.length + size == end) {
        return header;
      }
    }
    throw new AssertionError("no such header");
  }

  @Test
  void shouldReadAHealthyFile() {
    assertThat(scan(log.toByteArray(), new BitSet())).containsExactlyElementsOf(values);
  }

  @Test
  void shouldFindWhatAFalseRecordBehindAHoleSpans() {
    byte[] file = log.toByteArray();
    int hole = starts.get(100) + 1;
    Arrays.fill(file, hole, hole + 40, (byte) 0);
    byte[] lie = header(hole + 40, starts.get(300));
    System.arraycopy(lie, 0, file, hole + 40, lie.length);
    assertThat(found(scan(file, new BitSet()), values)).isEqualTo(RECORDS - 1);
  }

  @Test
  void shouldFindWhatAFalseRecordUpToPaddingSpans() {
    byte[] file = log.toByteArray();
    int hole = starts.get(100) + 1;
    Arrays.fill(file, hole, hole + 40, (byte) 0);
    byte[] lie = header(hole + 40, starts.get(300) - 90);
    System.arraycopy(lie, 0, file, hole + 40, lie.length);
    assertThat(found(scan(file, new BitSet()), values)).isEqualTo(RECORDS - 1);
  }

  @Test
  void shouldFindWhatAFalseRecordInAChangedPageSpans() {
    byte[] file = log.toByteArray();
    byte[] lie = header(starts.get(100), starts.get(300));
    System.arraycopy(lie, 0, file, starts.get(100), lie.length);
    BitSet changed = new BitSet();
    changed.set(starts.get(100) / PageSums.PAGE);
    assertThat(found(scan(file, changed), values)).isEqualTo(RECORDS - 1);
  }

  @Test
  void shouldFindAllButWhatIsOverwritten() {
    for (int round = 0; round < 300; round++) {
      byte[] file = log.toByteArray();
      byte[] noise = new byte[1 + random.nextInt(3000)];
      random.nextBytes(noise);
      int at = random.nextInt(file.length - noise.length);
      System.arraycopy(noise, 0, file, at, noise.length);
      BitSet changed = new BitSet();
      changed.set(at / PageSums.PAGE, (at + noise.length - 1) / PageSums.PAGE + 1);
      List<byte[]> whole = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        int end = i + 1 < RECORDS ? starts.get(i + 1) : file.length;
        if (end <= at || starts.get(i) >= at + noise.length) {
          whole.add(values.get(i));
        }
      }
      assertThat(found(scan(file, changed), whole)).as("round %s", round).isEqualTo(whole.size());
    }
  }
}
