package org.kiln.http.v0;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamService;
import org.kiln.core.stream.StreamService.LoadOptions;
import org.kiln.ipld.CodecException;

/** {@code POST /multiqueries}: many loads in one request. */
final class MultiQueryRoute {
  private static final long DEFAULT_TIMEOUT_MS = 30_000;

  private final StreamService streams;
  private final QueryRunner runner;
  private final StateTexts texts;
  private final Options options;
  private final Fanout fanout;

  MultiQueryRoute(
      StreamService streams, QueryRunner runner, StateTexts texts, Options options, Fanout fanout) {
    this.streams = streams;
    this.runner = runner;
    this.texts = texts;
    this.options = options;
    this.fanout = fanout;
  }

  List<Endpoint> endpoints() {
    return List.of(Endpoint.post("/multiqueries", this::query));
  }

  private HttpReply query(HttpCall call) throws HttpProblem, CodecException {
    JsonBody body = JsonBody.of(call);
    List<MultiQuery> queries = MultiQuery.read(body, options, deadline(body, call.deadline()));
    List<Map<String, StreamState>> answers = fanout.map(queries, runner::run);
    Map<String, StreamState> found = LinkedHashMap.newLinkedHashMap(queries.size());
    answers.forEach(found::putAll);
    refresh(queries, found, call.deadline());
    return HttpReply.json(write(found));
  }

  private static Deadline deadline(JsonBody body, Deadline call) {
    long timeout = DEFAULT_TIMEOUT_MS;
    if (body.member("timeout").orElse(Ipld.NULL) instanceof Ipld.Int number
        && number.value().bitLength() < 31
        && number.value().signum() > 0) {
      timeout = number.value().intValue();
    }
    return timeout < call.remainingMs() ? Deadline.in(Duration.ofMillis(timeout)) : call;
  }

  /**
   * A commit in the batch may have advanced its stream after the stream itself was read: what is
   * not asked for at one commit or time is told as it is at the end.
   */
  private void refresh(
      List<MultiQuery> queries, Map<String, StreamState> found, Deadline deadline) {
    Set<StreamId> advanced = new HashSet<>();
    for (MultiQuery query : queries) {
      if (query.ref().event().isPresent()) {
        advanced.add(query.ref().stream());
      }
    }
    if (advanced.isEmpty()) {
      return;
    }
    LoadOptions local = LoadOptions.local(deadline);
    for (MultiQuery query : queries) {
      boolean current = query.ref().event().isEmpty() && query.options().atTime().isEmpty();
      if (current && advanced.contains(query.ref().stream()) && found.containsKey(query.key())) {
        try {
          found.put(query.key(), streams.load(query.ref(), local));
        } catch (StreamException e) {
          // It was there a moment ago; what was read then is still an answer.
          continue;
        }
      }
    }
  }

  private byte[] write(Map<String, StreamState> found) {
    List<StateTexts.Text> states = new ArrayList<>(found.size());
    int size = 2;
    for (Map.Entry<String, StreamState> entry : found.entrySet()) {
      StateTexts.Text text = texts.of(entry.getValue());
      states.add(text);
      size += text.stateTo() - text.stateFrom() + entry.getKey().length() + 4;
    }
    JsonBytes out = new JsonBytes(size);
    char before = '{';
    int i = 0;
    for (String key : found.keySet()) {
      StateTexts.Text text = states.get(i++);
      out.put(before).quoted(key).put(':').raw(text.bytes(), text.stateFrom(), text.stateTo());
      before = ',';
    }
    if (before == '{') {
      out.put('{');
    }
    return out.put('}').toBytes();
  }
}
