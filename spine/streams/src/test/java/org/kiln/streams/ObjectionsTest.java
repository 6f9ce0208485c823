package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.StreamEvent;
import org.kiln.ipld.event.DecodedEvent;

/** What every other node refuses is known before it is taken from one or given to one. */
class ObjectionsTest {
  private final Scene scene =
      new Scene(new Notes(1), new Permits(Clock.systemUTC()), Clock.systemUTC());
  private final DecodedEvent init = init(Permits.OWNER);
  private final StreamId stream = Scene.id(init);

  @AfterEach
  void close() {
    scene.close();
  }

  private static DecodedEvent init(String controller) {
    return Scene.decode(
        Map.of(),
        Scene.block(
            Ipld.map(
                "header",
                Ipld.map(
                    "note", Ipld.of("start"),
                    "model", new Ipld.Bytes(StreamId.MODEL.bytes()),
                    "controllers", Ipld.list(Ipld.of(controller))))));
  }

  private static DecodedEvent note(StreamId stream, Cid prev) {
    return Permits.note(stream, prev, "note", 4_000_000_000L);
  }

  private NewEvent kept(StreamId stream, DecodedEvent event) {
    assertThat(
            scene.streams.receive(
                List.of(new StreamEvent(stream, event)), Scene.PEER, Scene.in(30)))
        .containsOnly(Optional.empty());
    return scene.store.event(event.event().cid()).orElseThrow().event();
  }

  private Optional<String> toSending(StreamId stream, DecodedEvent event) {
    return scene.streams.objections().toSending(kept(stream, event));
  }

  private Optional<String> toKeeping(StreamId stream, DecodedEvent event) {
    return scene.streams.objections().toKeeping(new StreamEvent(stream, event));
  }

  @Test
  void shouldHaveNoneToWhatItsControllerSigned() {
    DecodedEvent note = note(stream, stream.init());
    assertThat(toKeeping(stream, init)).isEmpty();
    assertThat(toSending(stream, init)).isEmpty();
    assertThat(toKeeping(stream, note)).isEmpty();
    assertThat(toSending(stream, note)).isEmpty();
  }

  @Test
  void shouldHaveOneToWhatSomebodyElseSigned() {
    DecodedEvent other = init("did:test:other");
    StreamId others = Scene.id(other);
    DecodedEvent note = note(others, others.init());
    // Whose stream it is nobody knows yet.
    assertThat(toKeeping(others, note)).isEmpty();
    kept(others, other);
    assertThat(toKeeping(others, note))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("is not signed for controller did:test:other of stream " + others)
                    .contains("The permit is another's"));
    assertThat(toSending(others, note)).isPresent();
    assertThat(toSending(others, note(others, note.event().cid()))).isPresent();
    assertThat(scene.store.rangeHash(new byte[0], new byte[] {(byte) 0xff}).count()).isEqualTo(1);
  }

  @Test
  void shouldHaveNoneToWhatCannotBeToldAndPlaceIt() {
    DecodedEvent init = init(Permits.CHANGING);
    StreamId stream = Scene.id(init);
    DecodedEvent note = note(stream, stream.init());
    kept(stream, init);
    assertThat(toKeeping(stream, note)).isEmpty();
    assertThat(toSending(stream, note)).isEmpty();
    assertThat(kept(stream, note).eventId()).isPresent();
    assertThat(scene.store.rangeHash(new byte[0], new byte[] {(byte) 0xff}).count()).isEqualTo(2);
  }

  @Test
  void shouldHaveOneToAChangeThatNobodySigned() {
    DecodedEvent note = Scene.note(stream, stream.init(), "unsigned");
    assertThat(toKeeping(stream, note)).isPresent();
    kept(stream, init);
    assertThat(toKeeping(stream, note))
        .contains("Event " + note.event().cid() + " changes a stream and is not signed");
    assertThat(toSending(stream, note)).isPresent();
  }

  @Test
  void shouldSendATimeEventOnlyWhenItsChainHasSaidThatItHolds() {
    kept(stream, init);
    assertThat(toSending(stream, Scene.time(stream, stream.init(), 9))).isEmpty();
    DecodedEvent refused = Scene.time(stream, stream.init(), -1);
    assertThat(toKeeping(stream, refused)).isEmpty();
    assertThat(toSending(stream, refused)).contains("The root is not in the transaction");
    DecodedEvent unknown = Scene.time("test:2", stream, stream.init(), 9);
    assertThat(toSending(stream, unknown))
        .hasValueSatisfying(why -> assertThat(why).contains("test:2"));
  }
}
