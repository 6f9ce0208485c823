package org.kiln.http.one;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Set;

/** What a client may put into a body is refused in words, and by nothing else. */
class BodyFuzzTest {
  @FuzzTest(maxDuration = "10s")
  void shouldTakeOrRefuseEveryBody(byte[] bytes) {
    try {
      Body body = Body.parse(bytes, "EventData", Set.of("data"));
      EventRoutes.decode(body.text("data"));
    } catch (Refusal e) {
      // Said what is wrong.
    }
  }
}
