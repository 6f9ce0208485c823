package org.kiln.sample.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.api.ipld.Cid;
import org.kiln.testkit.SampleStream;

class CalendarTest {
  private static final Cid ONE = SampleStream.cid("one");
  private static final Cid TWO = SampleStream.cid("two");

  @TempDir Path directory;
  private long now = 1_700_000_000;

  private Calendar open() {
    return new Calendar(
        directory.resolve("calendar.txt"), (InstantSource) () -> Instant.ofEpochSecond(now));
  }

  @Test
  void shouldSeeWhatAnotherOneOfTheSameFileWrites() throws Exception {
    Calendar first = open();
    Calendar second = open();
    Calendar.Entry one = first.add(ONE);
    now += 60;
    Calendar.Entry two = second.add(TWO);

    assertThat(second.ofRoot(ONE)).contains(one);
    assertThat(first.ofSeal(two.seal())).contains(two);
    assertThat(two.seconds()).isEqualTo(one.seconds() + 60);
  }

  @Test
  void shouldNeverGoBackInTime() throws Exception {
    Calendar calendar = open();
    Calendar.Entry one = calendar.add(ONE);
    now -= 3_600;
    assertThat(calendar.add(TWO).seconds()).isEqualTo(one.seconds());
  }

  @Test
  void shouldForgetAnEntryThatACrashCutShort() throws Exception {
    Path file = directory.resolve("calendar.txt");
    open().add(ONE);
    Files.writeString(file, "1700000000 bafyrei", StandardOpenOption.APPEND);

    Calendar.Entry two = open().add(TWO);

    assertThat(open().ofSeal(two.seal())).contains(two);
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void rejectsAFileThatSomebodyChanged() throws Exception {
    Path file = directory.resolve("calendar.txt");
    open().add(ONE);
    open().add(TWO);
    List<String> lines = Files.readAllLines(file);
    Files.write(file, List.of(lines.get(0).replaceFirst("^17", "16"), lines.get(1)));

    assertThatThrownBy(() -> open().ofRoot(ONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Line 1 of the calendar")
        .hasMessageContaining("seal that does not fit");
  }
}
