package org.kiln.type.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.kit.ipld.Json;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.SampleStream;

/** Updates of Models, judged as ceramic-one does. */
class ModelUpdateTest {
  private static final String OWNER = "did:key:zOwner";
  private static final Ipld.Map SECOND =
      map(
          "version",
          of("2.0"),
          "name",
          of("Note"),
          "interface",
          Ipld.FALSE,
          "implements",
          list(),
          "accountRelation",
          map("type", of("list")),
          "schema",
          schema("{\"text\":{\"type\":\"string\",\"maxLength\":10}}"));

  private final ModelType type = new ModelType();

  private static Ipld.Map schema(String properties) {
    return (Ipld.Map)
        json(
            "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":"
                + properties
                + "}");
  }

  private static Ipld json(String text) {
    try {
      return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (CodecException e) {
      throw new AssertionError(e);
    }
  }

  private static StreamState model(Ipld.Map definition) {
    Ipld.Map metadata =
        map("controllers", list(of(OWNER)), "model", new Ipld.Bytes(StreamId.MODEL.bytes()));
    return SampleStream.created(
        2, SampleStream.cid("model"), Document.of(definition, metadata, Document.Signature.SIGNED));
  }

  private Document update(Ipld.Map definition, String signer, Ipld... operations) throws Exception {
    StreamState state = model(definition);
    Event.Data event =
        new Event.Data(
            SampleStream.cid("update"),
            Optional.of(state.id().init()),
            state.tip(),
            list(operations),
            Optional.empty(),
            true);
    return type.apply(state, event, new FakeApplyContext(state.id()).signedBy(signer));
  }

  private static Ipld replace(String path, Ipld value) {
    return map("op", of("replace"), "path", of(path), "value", value);
  }

  @Test
  void shouldTakeANewNameAndANewProperty() throws Exception {
    Ipld more =
        json("{\"text\":{\"type\":\"string\",\"maxLength\":10},\"n\":{\"type\":\"number\"}}");
    Document after =
        update(SECOND, OWNER, replace("/name", of("Renamed")), replace("/schema/properties", more));
    assertThat(after.content())
        .isEqualTo(
            SECOND
                .with("name", of("Renamed"))
                .with("schema", ((Ipld.Map) SECOND.get("schema").get()).with("properties", more)));
    assertThat(after.metadata()).isEqualTo(model(SECOND).document().metadata());
  }

  @Test
  void shouldTakeAnOpenObjectAmongTheProperties() throws Exception {
    Ipld open = json("{'type':'object'}".replace('\'', '"'));

    Document after =
        update(
            SECOND,
            OWNER,
            map("op", of("add"), "path", of("/schema/properties/more"), "value", open));

    assertThat(((Ipld.Map) after.content()).get("schema").toString()).contains("more");
  }

  @Test
  void rejectsWhatAnotherThanTheControllerHasSigned() {
    assertThatThrownBy(() -> update(SECOND, "did:key:zOther", replace("/name", of("Theirs"))))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("signed by did:key:zOther");
  }

  @Test
  void rejectsUpdatesOfTheFirstVersionAndOfInterfaces() {
    Ipld.Map first = SECOND.without("interface").without("implements").with("version", of("1.0"));
    for (Ipld.Map fixed : List.of(first, SECOND.with("interface", Ipld.TRUE))) {
      assertThatThrownBy(() -> update(fixed, OWNER, replace("/name", of("Other"))))
          .isInstanceOf(InvalidEventException.class)
          .hasMessage("Cannot update a finalized Model");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/accountRelation | {'type':'single'} | account relation",
        "/relations | {'text':{'type':'account'}} | relations",
        "/views | {'by':{'type':'documentAccount'}} | views",
        "/immutableFields | ['text'] | immutable fields",
        "/interface | true | make a Model an interface",
        "/schema/required | ['text'] | require property text",
        "/schema/properties | {} | remove property text",
        "/unknown | 1 | Unexpected key",
        "/schema/additionalProperties | true | additional properties disabled",
      })
  void rejectsWhatMayNotChange(String path, String value, String why) {
    Ipld add = map("op", of("add"), "path", of(path), "value", json(value.replace('\'', '"')));
    assertThatThrownBy(() -> update(SECOND, OWNER, add))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining(why);
  }

  /** The verdicts are those of the library that ceramic-one goes by. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type':'string'} | {'type':['string','null']} | ",
        "{'type':['string','null']} | {'type':'string'} | type null",
        "{'type':'integer'} | {'type':'number'} | ",
        "{'type':'number'} | {'type':'integer'} | type number",
        "{'type':'string'} | {} | ",
        "{} | {'type':'string'} | type array",
        "{'type':'string','const':'a'} | {'type':'string'} | ",
        "{'type':'string'} | {'type':'string','const':'a'} | constraint",
        "{'type':'string','maxLength':9} | {'type':'string','maxLength':1} | ",
        "{'type':'number','minimum':1} | {'type':'number','minimum':0} | ",
        "{'type':'number','minimum':1} | {'type':'number','minimum':2} | narrow minimum",
        "{'type':'number'} | {'type':'number','maximum':2} | narrow maximum",
        "{'type':'number','maximum':2} | {'type':'number'} | ",
        "{'type':'number','exclusiveMaximum':2} | {'type':'number','maximum':2} | ",
        "{'type':'number','maximum':2} | {'type':'number','exclusiveMaximum':3} | narrow maximum",
        "{'type':'array','items':{'type':'string'}} | {'type':'array','items':{'type':'null'}} |"
            + " type string",
        "{'anyOf':[{'type':'string'}]} | {'anyOf':[{'type':'null'},{'type':'string'}]} | ",
        "{'anyOf':[{'type':'null'},{'type':'string'}]} | {'anyOf':[{'type':'null'}]} | type string",
        "{'type':'object','properties':{'a':{}}} | {'type':'object','properties':{'a':{},'b':{}}} |"
            + " any others",
        "{'$ref':'#/$defs/a'} | {'$ref':'#/$defs/b'} | ",
      })
  void shouldFindWhatASchemaRefusesThatItTook(String before, String after, String why) {
    List<String> found =
        new SchemaChanges(Deadline.NONE)
            .breaking(
                schema("{\"p\":" + before.replace('\'', '"') + "}"),
                schema("{\"p\":" + after.replace('\'', '"') + "}"));
    if (why == null) {
      assertThat(found).isEmpty();
    } else {
      assertThat(String.join("; ", found)).contains(why);
    }
  }

  @Test
  void shouldComeToAnEndWithAlternativesOfAlternatives() {
    Ipld deep = json("{\"type\":\"string\"}");
    Ipld other = json("{\"type\":\"null\"}");
    for (int i = 0; i < 40; i++) {
      deep = map("anyOf", list(deep, deep, deep));
      other = map("anyOf", list(other, other, other));
    }
    assertThat(new SchemaChanges(Deadline.NONE).breaking((Ipld.Map) deep, (Ipld.Map) other))
        .isNotEmpty();
  }
}
