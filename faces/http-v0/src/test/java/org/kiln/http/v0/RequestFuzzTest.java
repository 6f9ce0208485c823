package org.kiln.http.v0;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

class RequestFuzzTest {
  /** Whatever the body, a route answers or refuses; it never fails. */
  @FuzzTest(maxDuration = "20s")
  void shouldAnswerOrRefuse(byte[] body) {
    FakeNode node = new FakeNode();
    try (V0Face face = node.face()) {
      for (HttpRoute route : face.routes()) {
        if (route.methods().contains("POST") && !route.pattern().contains("{")) {
          try {
            HttpReply reply = route.handle(FakeCall.post(route.pattern(), body).call());
            if (reply.status() != 200) {
              throw new AssertionError("Status " + reply.status());
            }
          } catch (HttpProblem e) {
            if (e.status() < 400 || e.status() == 500) {
              throw new AssertionError("Status " + e.status(), e);
            }
          }
        }
      }
    }
  }
}
