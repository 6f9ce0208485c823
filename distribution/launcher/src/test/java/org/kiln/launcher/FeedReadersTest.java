package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FeedReadersTest {
  private static String shown(String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    FeedReaders.show(JsonFields.read(json), Instant.ofEpochMilli(600_000), out);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldShowHowFarReadersAreAndWhatIsWrongWithThem() throws Exception {
    assertThat(
            shown(
                """
                {"end":"00c0ffee00c0ffee-17","readers":[
                 {"name":"index","plugin":"com.example.index","feed":"changes","state":"waiting",
                  "since":0,"reason":null,"position":"00c0ffee00c0ffee-17","behind":0,"behindMs":0,
                  "taken":17,"failures":0},
                 {"name":"broken","plugin":"com.example.broken","feed":"events","state":"failing",
                  "since":588000,"reason":"IOException: full","position":"00c0ffee00c0ffee-10",
                  "behind":7,"behindMs":12000,"taken":10,"failures":4},
                 {"name":"slow","plugin":"com.example.slow","feed":"events","state":"hanging",
                  "since":0,"reason":"position has not come back","position":null,"behind":null,
                  "behindMs":null,"taken":0,"failures":0}],
                 "refused":[{"plugin":"com.example.nameless","reason":"It has no name"}]}\
                """))
        .isEqualToNormalizingNewlines(
            """
            Reader   index of com.example.index: waiting, at 00c0ffee00c0ffee-17
            Reader   broken of com.example.broken: failing for 12 s, at 00c0ffee00c0ffee-10, 7 behind (12 s): IOException: full
            Reader   slow of com.example.slow: hanging for 10 minutes, has not said where it is: position has not come back
            Reader   of com.example.nameless is not called: It has no name
            """);
  }

  @Test
  void shouldShowNothingWhenNobodyReads() throws Exception {
    assertThat(shown("{\"end\":null,\"readers\":[],\"refused\":[]}")).isEmpty();
  }
}
