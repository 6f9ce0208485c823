package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.fixtures.StepDecoder;
import org.kiln.kit.ipld.Json;
import org.kiln.testkit.Vectors;

/** What js-ceramic asks of Models that other nodes do not. */
class ModelRulesTest {

  static List<Vectors.Entry> models() {
    return Vectors.load("model").stream().filter(entry -> content(entry).isPresent()).toList();
  }

  /** Of the first event; empty when it is broken, which is not for these rules to say. */
  private static Optional<Ipld> content(Vectors.Entry entry) {
    try {
      Event event = new StepDecoder().decode(entry.inputs().get("steps").get(0)).event();
      return event instanceof Event.Init init ? init.data() : Optional.empty();
    } catch (Exception e) {
      return Optional.empty();
    }
  }

  /** In its words, and only there. */
  @ParameterizedTest
  @MethodSource("models")
  void shouldObjectWhereJsCeramicDid(Vectors.Entry entry) {
    String said = entry.expected().get("steps").get(0).path("jsCeramicError").asText();

    String objection = ModelRules.objection(content(entry).orElseThrow()).orElse("");

    if (said.startsWith("All objects in") || said.startsWith("Invalid schema fields for SET")) {
      assertThat(objection).startsWith(said);
    } else {
      assertThat(objection).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type':'object'} | ",
        "{'type':'object','additionalProperties':true} | ",
        "{'type':'array','items':{'type':'object'}} | ",
        "{'anyOf':[{'type':'string'},{'type':'object'}]} | ",
        "{'type':'object','additionalProperties':false} | none",
        "{'type':'string'} | none",
      })
  void rejectsAnOpenObjectWhereverItStands(String property, String none) throws Exception {
    assertThat(ModelRules.objection(model("{'type':'list'}", property)).isEmpty())
        .isEqualTo(none != null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'$ref':'#/$defs/word'} | ",
        "{'$ref':'#/$defs/0'} | Field not found in schema: p",
        "{'$ref':'other'} | Field not found in schema: p",
        "{'type':'array'} | Unsupported type array for field p",
        "{} | Missing type for field: p",
      })
  void rejectsASetOnWhatIsNoScalar(String property, String why) throws Exception {
    assertThat(ModelRules.objection(model("{'type':'set','fields':['p']}", property)).orElse(""))
        .isEqualTo(why == null ? "" : "Invalid schema fields for SET account relation: " + why);
  }

  @Test
  void shouldLeaveWhatIsNoDefinitionToOthers() {
    assertThat(ModelRules.objection(Ipld.NULL)).isEmpty();
    assertThat(ModelRules.objection(Ipld.map("schema", Ipld.of(1)))).isEmpty();
  }

  private static Ipld model(String relation, String property) throws Exception {
    String text =
        "{'accountRelation':"
            + relation
            + ",'schema':{'type':'object','additionalProperties':false,'required':['p'],"
            + "'$defs':{'word':{'type':'string'}},'properties':{'p':"
            + property
            + "}}}";
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
