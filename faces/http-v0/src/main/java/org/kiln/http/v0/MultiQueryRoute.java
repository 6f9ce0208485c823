package org.kiln.http.v0;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/** {@code POST /multiqueries}: many loads in one request. */
final class MultiQueryRoute {
  private static final long DEFAULT_TIMEOUT_MS = 30_000;

  private final QueryRunner runner;
  private final StateTexts texts;
  private final AnswerRoom room;
  private final Options options;
  private final Executor threads;

  MultiQueryRoute(
      QueryRunner runner, StateTexts texts, AnswerRoom room, Options options, Executor threads) {
    this.room = room;
    this.runner = runner;
    this.texts = texts;
    this.options = options;
    this.threads = threads;
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.post("/multiqueries", this::query));
  }

  private HttpReply query(HttpCall call) throws HttpProblem, CodecException {
    JsonBody body = JsonBody.of(call);
    long timeoutMs = Math.min(timeoutMs(body), call.deadline().remaining().toMillis());
    Deadline deadline = Deadline.in(Duration.ofMillis(timeoutMs));
    List<MultiQuery> queries = MultiQuery.read(body, options, deadline);
    return new Batch(queries, runner, texts, room, threads, timeoutMs).start().reply();
  }

  private static long timeoutMs(JsonBody body) {
    return body.member("timeout").orElse(Ipld.NULL) instanceof Ipld.Int number
            && number.value().bitLength() < 31
            && number.value().signum() > 0
        ? number.value().intValue()
        : DEFAULT_TIMEOUT_MS;
  }
}
