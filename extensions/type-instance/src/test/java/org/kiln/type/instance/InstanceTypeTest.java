package org.kiln.type.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.SampleStream;

class InstanceTypeTest {
  private static final StreamId ID = StreamId.of(3, SampleStream.cid("document"));

  private final InstanceType type = new InstanceType();
  private final FakeApplyContext context = new FakeApplyContext(ID).signedBy(Samples.OWNER);

  @Test
  void shouldWaitForItsModel() {
    StreamState model = Samples.model("model", Samples.definition(Samples.relation("list")));
    assertThatThrownBy(() -> create(model, "x", map("text", of("a"))))
        .isInstanceOf(DependencyMissingException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4})
  void rejectsAModelWhoseIdSaysItIsNoneWithoutAskingForIt(int code) {
    StreamId none = StreamId.of(code, SampleStream.cid("no model"));
    Event.Init init = Samples.init("document", Samples.header(none, "x"), map("text", of("a")));
    assertThatThrownBy(() -> type.init(init, context))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage("Model for ModelInstanceDocument must refer to a StreamID of a Model stream");
    assertThat(context.loaded()).isEmpty();
  }

  @Test
  void shouldLoadAModelOnlyOnce() throws Exception {
    StreamState model = known("model", Samples.definition(Samples.relation("list")));
    create(model, "x", map("text", of("a")));
    FakeApplyContext second = new FakeApplyContext(ID).signedBy(Samples.OWNER);
    type.init(Samples.init("other", Samples.header(model.id(), "y"), map("text", of("b"))), second);
    assertThat(second.loaded()).isEmpty();
  }

  @Test
  void shouldStopAtTheDeadlineWithoutAVerdict() throws Exception {
    Ipld slow = map("type", of("string"), "pattern", of("(a?){5000}b"));
    Ipld.Map schema =
        map(
            "type",
            of("object"),
            "properties",
            map("text", slow),
            "additionalProperties",
            Ipld.FALSE);
    StreamState model =
        known("model", Samples.definition(Samples.relation("list")).with("schema", schema));
    Event.Init init =
        Samples.init(
            "document", Samples.header(model.id(), "x"), map("text", of("a".repeat(20_000))));
    context.until(Deadline.in(Duration.ZERO));
    assertThatThrownBy(() -> type.init(init, context)).isInstanceOf(DeadlineExpiredException.class);
    context.until(Deadline.NONE);
    assertThatThrownBy(() -> type.init(init, context))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("cannot be validated");
  }

  @ParameterizedTest
  @CsvSource({
    "1e21,1e+21",
    "0.1,0.1",
    "1.0,1",
    "0.0,0",
    "-0.5,-0.5",
    "5e-324,5e-324",
    "1e-323,1e-323"
  })
  void shouldSpellNumbersOfASetAsJavaScriptDoes(double number, String unique) throws Exception {
    Ipld.Map set = map("type", of("set"), "fields", list(of("n")));
    StreamState model = known("model", Samples.definition(set));
    StreamState created = create(model, unique, Ipld.NULL);
    Event.Data event =
        Samples.change(created, Optional.empty(), Samples.put("/n", new Ipld.Float64(number)));
    assertThat(type.apply(created, event, context).content())
        .isEqualTo(map("n", new Ipld.Float64(number)));
  }

  /** The first as js-ceramic's handler takes them, the second as clients make them. */
  @ParameterizedTest
  @ValueSource(strings = {"||a", "false|0|a"})
  void shouldTakeFalseAndZeroOfASetAsEitherGenerationDoes(String unique) throws Exception {
    Ipld.Map set = map("type", of("set"), "fields", list(of("flag"), of("n"), of("text")));
    StreamState model = known("model", Samples.definition(set));
    StreamState created = create(model, unique, Ipld.NULL);
    Event.Data event =
        Samples.change(
            created,
            Optional.empty(),
            Samples.put("/flag", Ipld.FALSE),
            Samples.put("/n", of(0)),
            Samples.put("/text", of("a")));
    assertThat(type.apply(created, event, context).content()).isNotEqualTo(Ipld.NULL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"|0|a", "false||a", "true|0|a", "false|0|"})
  void rejectsContentOfASetForOtherValues(String unique) throws Exception {
    Ipld.Map set = map("type", of("set"), "fields", list(of("flag"), of("n"), of("text")));
    StreamState created = create(known("model", Samples.definition(set)), unique, Ipld.NULL);
    Event.Data event =
        Samples.change(
            created,
            Optional.empty(),
            Samples.put("/flag", Ipld.FALSE),
            Samples.put("/n", of(0)),
            Samples.put("/text", of("a")));
    assertThatThrownBy(() -> type.apply(created, event, context))
        .hasMessageStartingWith("Unique content fields value does not match metadata");
  }

  @Test
  void shouldLetTheFirstDataOfASingleFillImmutableFields() throws Exception {
    Ipld.Map definition =
        Samples.definition(Samples.relation("single")).with("immutableFields", list(of("text")));
    StreamState model = known("model", definition);
    StreamState created = create(model, null, Ipld.NULL);
    Event.Data first = Samples.change(created, Optional.empty(), Samples.put("/text", of("a")));
    StreamState filled = SampleStream.changed(created, first, type.apply(created, first, context));
    Event.Data same = Samples.change(filled, Optional.empty(), Samples.put("/text", of("a")));
    assertThatThrownBy(() -> type.apply(filled, same, context))
        .hasMessage("Immutable field \"text\" cannot be updated");
    Event.Data other = Samples.change(filled, Optional.empty(), Samples.put("/n", of(1)));
    assertThat(type.apply(filled, other, context).content())
        .isEqualTo(map("text", of("a"), "n", of(1)));
  }

  @Test
  void shouldKeepMetadataWhenTheHeaderSaysNothing() throws Exception {
    StreamState model = known("model", Samples.definition(Samples.relation("list")));
    StreamState created = create(model, "x", map("text", of("a")));
    for (Optional<Ipld.Map> header :
        java.util.List.of(
            Optional.<Ipld.Map>empty(),
            Optional.of(map()),
            Optional.of(map("shouldIndex", Ipld.NULL)))) {
      Document document = type.apply(created, Samples.change(created, header), context);
      assertThat(document.metadata()).isEqualTo(created.document().metadata());
    }
    Event.Data hide = Samples.change(created, Optional.of(map("shouldIndex", Ipld.FALSE)));
    assertThat(type.apply(created, hide, context).metadata().get("shouldIndex"))
        .contains(Ipld.FALSE);
  }

  @Test
  void shouldKeepToTheDefinitionItNames() throws Exception {
    Ipld.Map first = Samples.definition(Samples.relation("list"));
    StreamState model = Samples.model("model", first);
    Ipld.Map more =
        Samples.SCHEMA.with(
            "properties",
            ((Ipld.Map) Samples.SCHEMA.get("properties").orElseThrow())
                .with("more", map("type", of("string"))));
    Event.Data update = Samples.change(model, Optional.empty());
    StreamState updated =
        SampleStream.changed(
            model,
            update,
            Document.of(first.with("schema", more), map(), Document.Signature.SIGNED));
    // The stream stands where its last event is, and can be read as of its first one.
    context.knows(model).knows(updated);
    Ipld.Map content = map("text", of("a"), "more", of("b"));

    assertThatThrownBy(() -> create(model, "x", content))
        .hasMessageContaining("additional properties");
    Ipld.Map header = Samples.header(model.id(), "x").with("modelVersion", Ipld.of(update.cid()));
    Event.Init init = Samples.init("document", header, content);
    Document begun = type.init(init, context);
    assertThat(begun.content()).isEqualTo(content);

    StreamState old = create(model, "y", map("text", of("a")));
    Ipld put = Samples.put("/more", of("c"));
    assertThatThrownBy(() -> type.apply(old, Samples.change(old, Optional.empty(), put), context))
        .hasMessageContaining("additional properties");
    Ipld.Map named = map("modelVersion", Ipld.of(update.cid()));
    Event.Data change = Samples.change(old, Optional.of(named), put);
    StreamState changed = SampleStream.changed(old, change, type.apply(old, change, context));
    assertThat(changed.document().metadata().get("modelVersion")).contains(Ipld.of(update.cid()));
    // It goes on with that until another is named.
    Event.Data next = Samples.change(changed, Optional.empty(), Samples.put("/more", of("d")));
    assertThat(type.apply(changed, next, context).content())
        .isEqualTo(map("text", of("a"), "more", of("d")));
  }

  @Test
  void shouldWaitForTheDefinitionItNames() {
    StreamState model = known("model", Samples.definition(Samples.relation("list")));
    Ipld.Map header =
        Samples.header(model.id(), "x").with("modelVersion", Ipld.of(SampleStream.cid("to come")));
    Event.Init init = Samples.init("document", header, map("text", of("a")));
    assertThatThrownBy(() -> type.init(init, context))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).isEqualTo(Dependency.stream(model.id())));
    Ipld.Map none = Samples.header(model.id(), "x").with("modelVersion", of("text"));
    assertThatThrownBy(
            () -> type.init(Samples.init("document", none, map("text", of("a"))), context))
        .hasMessageStartingWith("header.modelVersion of ModelInstanceDocument must be the CID");
  }

  @Test
  void shouldFollowRelationsToTheRightModelOrOneThatImplementsIt() throws Exception {
    StreamState wanted = known("wanted", Samples.definition(Samples.relation("list")));
    Ipld.Map implementing =
        Samples.definition(Samples.relation("list"))
            .with("implements", list(of(wanted.id().toString())));
    StreamState implementation = known("implementation", implementing);
    StreamState stranger = known("stranger", Samples.definition(Samples.relation("list")));
    StreamState model = known("model", relating(of(wanted.id().toString())));
    StreamState right = document("right", wanted);
    StreamState implemented = document("implemented", implementation);
    StreamState wrong = document("wrong", stranger);

    assertThat(create(model, "a", map("ref", of(right.id().toString())))).isNotNull();
    assertThat(create(model, "b", map("ref", of(implemented.id().toString())))).isNotNull();
    assertThatThrownBy(() -> create(model, "c", map("ref", of(wrong.id().toString()))))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage(
            "Relation on field ref points to Stream "
                + wrong.id()
                + ", which belongs to Model "
                + stranger.id()
                + ", but this Stream's Model ("
                + model.id()
                + ") specifies that this relation must be to a Stream in the Model "
                + wanted.id());
    assertThatThrownBy(() -> create(model, "d", map("ref", of(wanted.id().toString()))))
        .hasMessage(
            "StreamID " + wanted.id() + " does not refer to a 'MID' stream, but to a model");
    assertThatThrownBy(() -> create(model, "e", map("ref", of("nonsense"))))
        .hasMessageStartingWith("Error while parsing relation from field ref: Invalid StreamID: ");
    StreamId unknown = StreamId.of(3, SampleStream.cid("unknown"));
    assertThatThrownBy(() -> create(model, "f", map("ref", of(unknown.toString()))))
        .isInstanceOf(DependencyMissingException.class);
    assertThat(
            create(known("any", relating(Ipld.NULL)), "g", map("ref", of(wrong.id().toString()))))
        .isNotNull();
  }

  @Test
  void rejectsEveryDocumentOfASchemaThatStrictModeRefuses() {
    Ipld.Map schema = Samples.SCHEMA.with("nonsense", of(1));
    Ipld.Map definition = Samples.definition(Samples.relation("list")).with("schema", schema);
    assertThatThrownBy(() -> create(known("model", definition), "x", map()))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage("strict mode: unknown keyword: \"nonsense\"");
  }

  @Test
  void rejectsContentBeyondTheLimit() {
    StreamState model = known("model", Samples.definition(Samples.relation("list")));
    assertThatThrownBy(() -> create(model, "x", map("text", of("x".repeat(8_000_000)))))
        .hasMessage("Content has length of 16000008B which exceeds maximum size of 16000000B");
  }

  private static Ipld.Map relating(Ipld model) {
    return Samples.definition(Samples.relation("list"))
        .with("relations", map("ref", map("type", of("document"), "model", model)));
  }

  private StreamState known(String name, Ipld.Map definition) {
    StreamState model = Samples.model(name, definition);
    context.knows(model);
    return model;
  }

  private StreamState document(String name, StreamState model) {
    StreamState state =
        SampleStream.created(
            3,
            SampleStream.cid(name),
            Document.of(map(), Samples.header(model.id(), name), Document.Signature.SIGNED));
    context.knows(state);
    return state;
  }

  private StreamState create(StreamState model, String unique, Ipld content) throws Exception {
    Event.Init init = Samples.init("document", Samples.header(model.id(), unique), content);
    return SampleStream.created(3, init.cid(), type.init(init, context));
  }
}
