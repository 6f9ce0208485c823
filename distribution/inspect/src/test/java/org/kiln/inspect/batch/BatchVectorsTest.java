package org.kiln.inspect.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.inspect.Accounts;
import org.kiln.testkit.Vectors;

class BatchVectorsTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);
  private static final Batch BATCH = new Batch(new Accounts());

  /** Words that explain; and what a library says of its own parts. */
  private static final Set<String> EXPLAIN =
      Set.of("error", "sdk", "basis", "note", "signedText", "resolvesTo");

  /** What follows from random numbers that are not among the inputs. */
  private static final Map<String, Set<String>> NOT_IN_THE_INPUTS =
      Map.of(
          "eventcars/time-event", Set.of("eventIdHex"),
          "timeevents", Set.of("id", "timeEventHex", "timeEventCid", "witnessCar"));

  /** Events that need a key or random bytes which the inputs do not hold. */
  private static final Set<String> CANNOT_BE_BUILT =
      Set.of(
          "eventcars/mid-list-shouldIndex",
          "eventcars/mid-list-context",
          "eventcars/mid-list-modelVersion",
          "eventcars/mid-list-empty",
          "eventcars/mid-data",
          "eventcars/mid-data-header",
          "eventcars/mid-cacao");

  /** Judged otherwise on purpose: spine/did/README.md says why. */
  private static final Set<String> OTHERWISE = Set.of("cacao/unicode-statement");

  record Case(String file, Vectors.Entry entry) {
    String name() {
      return file + "/" + entry.name();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
            "streamids",
            "dagcbor",
            "dagjose",
            "jws",
            "cacao",
            "eventids",
            "eventcars",
            "timeevents",
            "pubsub",
            "caip10")
        .flatMap(file -> Vectors.load(file).stream().map(entry -> new Case(file, entry)))
        .filter(one -> !one.entry().inputs().has("steps"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldAnswerAsTheLibraries(Case one) throws Exception {
    JsonNode answer = answer(one.file(), one.entry().inputs());
    JsonNode expected = one.entry().expected();
    boolean ok = answer.path("ok").asBoolean(true);
    if (CANNOT_BE_BUILT.contains(one.name())) {
      assertThat(ok).isFalse();
      assertThat(answer.get("error").asText()).contains("no key");
      return;
    }
    boolean expectedOk = expected.path("ok").asBoolean(true);
    if (OTHERWISE.contains(one.name())) {
      assertThat(ok).isNotEqualTo(expectedOk);
      return;
    }
    if (expected.path("mustRefuse").isBoolean()) {
      assertThat(answer.get("mustRefuse")).as("%s", answer).isEqualTo(expected.get("mustRefuse"));
    } else if (!expected.has("mustRefuse")) {
      assertThat(ok).as("%s", answer).isEqualTo(expectedOk);
      if (expectedOk) {
        compare(one, one.name(), expected, answer);
      }
    }
  }

  private static void compare(Case one, String where, JsonNode expected, JsonNode answer) {
    if (expected.isObject()) {
      expected
          .properties()
          .forEach(
              member -> {
                String name = member.getKey();
                if (!EXPLAIN.contains(name)
                    && !NOT_IN_THE_INPUTS.getOrDefault(one.name(), Set.of()).contains(name)
                    && !NOT_IN_THE_INPUTS.getOrDefault(one.file(), Set.of()).contains(name)) {
                  assertThat(answer.has(name)).as("%s.%s in %s", where, name, answer).isTrue();
                  compare(one, where + "." + name, member.getValue(), answer.get(name));
                }
              });
    } else if (expected.isArray()) {
      assertThat(answer.size()).as(where).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        compare(one, where + "[" + i + "]", expected.get(i), answer.get(i));
      }
    } else {
      assertThat(answer).as(where).isEqualTo(expected);
    }
  }

  static Stream<Case> casesWithSteps() {
    return Stream.of("tile", "model", "mid", "caip10")
        .flatMap(file -> Vectors.load(file).stream().map(entry -> new Case(file, entry)))
        .filter(one -> one.entry().inputs().has("steps"));
  }

  @ParameterizedTest
  @MethodSource("casesWithSteps")
  void shouldDoWhatTheDaemonDid(Case one) throws Exception {
    JsonNode answer = answer(one.file(), one.entry().inputs());
    JsonNode expected = one.entry().expected();
    assertThat(answer.path("steps").size())
        .as("%s", answer)
        .isEqualTo(expected.get("steps").size());
    for (int i = 0; i < expected.get("steps").size(); i++) {
      JsonNode step = answer.get("steps").get(i);
      JsonNode wanted = expected.get("steps").get(i);
      assertThat(step.get("accepted")).as("step %s: %s", i, step).isEqualTo(wanted.get("accepted"));
      if (wanted.get("status").asInt() == 200) {
        assertThat(step.get("status").asInt()).as("step %s: %s", i, step).isEqualTo(200);
        assertThat(step.get("state")).as("step %s", i).isEqualTo(wanted.get("state"));
        assertThat(step.get("streamId")).as("step %s", i).isEqualTo(wanted.get("streamId"));
      } else {
        // js-ceramic answers 500 to what it refuses, this node says whose fault it is.
        assertThat(step.get("status").asInt()).as("step %s: %s", i, step).isBetween(400, 499);
        assertThat(step.get("error").asText()).isNotEmpty();
      }
    }
    assertThat(answer.get("final")).isEqualTo(expected.get("final"));
  }

  @Test
  void shouldGoOnAfterABadLine() throws Exception {
    for (String line :
        new String[] {
          "nonsense",
          "[]",
          "{}",
          "{\"file\":\"nope\",\"inputs\":{}}",
          "{\"file\":\"dagcbor\"}",
          "{\"file\":\"dagcbor\",\"inputs\":{}}",
          "{\"file\":\"tile\",\"inputs\":{\"steps\":[]}}",
          "{\"file\":\"mid\",\"inputs\":{}}",
          "{\"file\":\"tile\",\"inputs\":{\"steps\":[{}]}}"
        }) {
      JsonNode answer = JSON.readTree(BATCH.answer(line));
      assertThat(answer.get("ok").asBoolean(true)).isFalse();
      assertThat(answer.get("error").asText()).isNotEmpty();
    }
  }

  private static JsonNode answer(String file, JsonNode inputs) throws Exception {
    ObjectNode line = JSON.createObjectNode();
    line.put("file", file);
    line.set("inputs", inputs);
    return JSON.readTree(BATCH.answer(JSON.writeValueAsString(line)));
  }
}
