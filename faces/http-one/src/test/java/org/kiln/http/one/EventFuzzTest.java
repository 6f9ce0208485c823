package org.kiln.http.one;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kiln.api.ipld.CodecException;
import org.kiln.ipld.event.EventCar;

/** CARs, ids and interests of any bytes are refused in words, and by nothing else. */
class EventFuzzTest {
  @FuzzTest(maxDuration = "10s")
  void shouldTakeOrRefuseEveryCar(byte[] car) {
    try {
      StrictShape.require(EventCar.read(car));
    } catch (CodecException e) {
      // Said what is wrong.
    }
  }

  @FuzzTest(maxDuration = "10s")
  void shouldTakeOrRefuseEveryText(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    try {
      InterestRoutes.read("model", text, Optional.of("did:key:z"), Optional.of(text), "");
    } catch (Refusal e) {
      // Said what is wrong.
    }
    try {
      StreamText.parse(text);
    } catch (IllegalArgumentException e) {
      // Said what is wrong.
    }
  }
}
