package org.kiln.itests.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * What a node has promised about one stream: the events it acknowledged and the state it answered.
 */
final class Acknowledged {
  private final StreamId stream;
  private final List<Cid> log = new ArrayList<>();
  private JsonNode state;
  private Cid uncertain;

  Acknowledged(StreamId stream) {
    this.stream = stream;
  }

  StreamId stream() {
    return stream;
  }

  synchronized Cid tip() {
    return log.getLast();
  }

  /** The events that were acknowledged, in order. */
  synchronized List<Cid> promised() {
    return List.copyOf(log);
  }

  synchronized int events() {
    return log.size();
  }

  /** About to be sent; until it is acknowledged the node may have it or not. */
  synchronized void sending(Cid event) {
    uncertain = event;
  }

  synchronized void acknowledge(Cid event, JsonNode answered) {
    log.add(event);
    state = answered;
    uncertain = null;
  }

  /** The node has said no: the event must not be there. */
  synchronized void refused() {
    uncertain = null;
  }

  /**
   * Holds the promise against what the node answers now. An event that was under way when the node
   * died may have become part of the log.
   *
   * @return what is wrong, empty when all is right
   */
  synchronized String compare(JsonNode now) {
    List<String> expected = log.stream().map(Cid::toString).toList();
    List<String> found = new ArrayList<>();
    now.path("state").path("log").forEach(entry -> found.add(entry.path("cid").asText()));
    if (found.equals(expected)) {
      return state.equals(now.path("state"))
          ? ""
          : stream + ": state was " + state + " and is " + now.path("state");
    }
    if (uncertain != null
        && found.size() == expected.size() + 1
        && found.subList(0, expected.size()).equals(expected)
        && found.getLast().equals(uncertain.toString())) {
      log.add(uncertain);
      state = now.path("state");
      uncertain = null;
      return "";
    }
    return stream + ": acknowledged " + expected + ", found " + found + ", under way " + uncertain;
  }
}
