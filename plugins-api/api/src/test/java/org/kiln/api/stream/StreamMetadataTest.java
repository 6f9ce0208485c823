package org.kiln.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;

class StreamMetadataTest {
  private static final Cid INIT = Cid.sha256(0x71, new byte[] {1});
  private static final StreamId MODEL = StreamId.of(2, Cid.sha256(0x71, new byte[] {2}));
  private static final Ipld BYTES = new Ipld.Bytes(MODEL.bytes());
  private static final Ipld NO_STREAM = new Ipld.Bytes(new byte[] {1, 2, 3});

  private static StreamMetadata controlledBy(Ipld... controllers) {
    return new StreamMetadata(Ipld.map("controllers", Ipld.list(controllers)));
  }

  private static StreamMetadata ofModel(Ipld model) {
    return new StreamMetadata(Ipld.map("model", model));
  }

  @Test
  void shouldNameTheController() throws Exception {
    StreamMetadata one = controlledBy(Ipld.of("did:key:a"));
    assertThat(one.onlyController()).isEqualTo("did:key:a");
    assertThat(one.controller()).contains("did:key:a");
    assertThat(one.controllers()).containsExactly("did:key:a");
  }

  @Test
  void shouldNameTheControllersThatAreTexts() {
    StreamMetadata mixed = controlledBy(Ipld.of("did:key:a"), Ipld.of(3), Ipld.of("did:key:b"));
    assertThat(mixed.controllers()).containsExactly("did:key:a", "did:key:b");
    assertThat(controlledBy(Ipld.of(3)).controllers()).isEmpty();
    assertThat(controlledBy(Ipld.of(3)).controller()).isEmpty();
    assertThat(new StreamMetadata(Ipld.Map.EMPTY).controllers()).isEmpty();
    assertThat(new StreamMetadata(Ipld.Map.EMPTY).controller()).isEmpty();
  }

  @Test
  void rejectsAnythingButExactlyOneController() {
    for (StreamMetadata bad :
        new StreamMetadata[] {
          new StreamMetadata(Ipld.Map.EMPTY),
          controlledBy(),
          controlledBy(Ipld.of("")),
          controlledBy(Ipld.of(3)),
          controlledBy(Ipld.of("did:key:a"), Ipld.of("did:key:b")),
          new StreamMetadata(Ipld.map("controllers", Ipld.of("did:key:a")))
        }) {
      assertThatThrownBy(bad::onlyController)
          .as("%s", bad)
          .isInstanceOf(InvalidEventException.class)
          .hasMessage("Exactly one controller must be specified");
    }
  }

  @Test
  void shouldNameTheModel() {
    assertThat(ofModel(BYTES).model()).contains(MODEL);
    assertThat(ofModel(BYTES).modelText()).contains(MODEL.toString());
    assertThat(ofModel(Ipld.of("kjz")).modelText()).contains("kjz");
    assertThat(ofModel(Ipld.of("kjz")).model()).isEmpty();
    assertThat(ofModel(NO_STREAM).model()).isEmpty();
    assertThat(ofModel(NO_STREAM).modelText()).isEmpty();
    assertThat(ofModel(NO_STREAM).modelBytes()).contains((Ipld.Bytes) NO_STREAM);
    assertThat(new StreamMetadata(Ipld.Map.EMPTY).model()).isEmpty();
    assertThat(new StreamMetadata(Ipld.Map.EMPTY).modelText()).isEmpty();
  }

  @Test
  void rejectsAFieldThatIsNoStreamInTheWordsOfTheType() throws Exception {
    assertThat(ofModel(BYTES).stream("model", "bad: ", "none")).isEqualTo(MODEL);
    assertThatThrownBy(() -> ofModel(NO_STREAM).stream("model", "bad: ", "none"))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageStartingWith("bad: ")
        .hasMessageNotContaining("none");
    assertThatThrownBy(() -> ofModel(Ipld.of("kjz")).stream("model", "bad: ", "none"))
        .isInstanceOf(InvalidEventException.class)
        .hasMessage("none");
  }

  private static Optional<EventId> order(Ipld.Map header) {
    return InitHeader.of(new Event.Init(INIT, header, Optional.empty(), false))
        .order(NetworkId.INMEMORY, INIT);
  }

  @Test
  void shouldHaveAPlaceAmongTheStreamsOfItsModel() {
    Ipld.Map header = Ipld.map("controllers", Ipld.list(Ipld.of("did:key:a")), "model", BYTES);
    EventId id = EventId.of(NetworkId.INMEMORY, "model", MODEL.bytes(), "did:key:a", INIT, INIT);
    assertThat(order(header)).contains(id);
    assertThat(order(header.with("sep", Ipld.of("model")))).contains(id);
    assertThat(order(header.with("sep", Ipld.of("other")))).isEmpty();
    assertThat(order(header.without("model"))).isEmpty();
    assertThat(order(header.without("controllers"))).isEmpty();
  }

  @Test
  void shouldSayWhichOfTheThreeAnEventIs() {
    Event init = new Event.Init(INIT, Ipld.Map.EMPTY, Optional.empty(), false);
    Event data = new Event.Data(INIT, Optional.empty(), INIT, Ipld.NULL, Optional.empty(), false);
    Event time = new Event.Time(INIT, Optional.empty(), INIT, INIT, "");
    assertThat(init.kind()).isEqualTo(LogEntry.Kind.INIT);
    assertThat(data.kind()).isEqualTo(LogEntry.Kind.DATA);
    assertThat(time.kind()).isEqualTo(LogEntry.Kind.TIME);
  }
}
