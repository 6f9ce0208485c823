package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.DecodedEvent;

/** StreamIDs whose first event is here and begins no stream of the type the id says. */
class InvalidGenesisTest {
  private final Scene scene =
      new Scene(
          FixedExtensions.builder()
              .add(StreamType.class, Integer.toString(Notes.CODE), new Notes(1))
              .add(StreamType.class, Integer.toString(Pickers.CODE), new Pickers())
              .build());

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void rejectsAKnownEventThatBeginsNoStreamOfTheType() throws StreamException {
    StreamId note = scene.create(Scene.init("a note"));
    StreamException refused = refused(() -> scene.load(picker(note.init())));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID);
    assertThat(refused).hasMessageContaining("Nothing picked");
  }

  @Test
  void rejectsAKnownEventThatBeginsNoStreamAtAll() throws StreamException {
    StreamId note = scene.create(Scene.init("a note"));
    DecodedEvent second = Scene.note(note, note.init(), "second");
    scene.streams.apply(note, second, Scene.WRITE);
    assertThat(refused(() -> scene.load(Scene.id(second))).reason()).isEqualTo(Reason.INVALID);
  }

  @Test
  void rejectsAnEventThatNamesAStreamThatIsNone() throws StreamException {
    StreamId none = picker(scene.create(Scene.init("a note")).init());
    DecodedEvent event = picking("stream", none.toString());
    StreamException refused = refused(() -> scene.streams.create(Pickers.CODE, event, Scene.WRITE));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID);
    assertThat(refused)
        .hasMessage("StreamID " + none + " does not refer to a 'picker' stream: Nothing picked");
    assertThat(scene.store.contains(event.event().cid())).isFalse();
  }

  @Test
  void rejectsAnEventThatNamesACommitOfAStreamThatIsNone() throws StreamException {
    StreamId none = picker(scene.create(Scene.init("a note")).init());
    DecodedEvent event = picking("commit", new CommitId(none, none.init()).toString());
    StreamException refused = refused(() -> scene.streams.create(Pickers.CODE, event, Scene.WRITE));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID);
    assertThat(refused).hasMessageContaining(none + " does not refer to a 'picker' stream");
  }

  @Test
  void shouldSayOfAStreamThatIsNotHereThatItIsMissing() {
    StreamId absent = Scene.id(Scene.init("never sent"));
    DecodedEvent event = picking("stream", absent.toString());
    StreamException refused = refused(() -> scene.streams.create(Pickers.CODE, event, Scene.WRITE));
    assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(refused.details()).containsEntry("missing", "stream:" + absent);
  }

  @Test
  void shouldKeepWhatTheNetworkSendsThatNamesAStreamThatIsNone() throws StreamException {
    StreamId none = picker(scene.create(Scene.init("a note")).init());
    DecodedEvent event = picking("stream", none.toString());
    Scene.receive(scene.streams, picker(event.event().cid()), event, Scene.PEER, Scene.in(30));
    assertThat(scene.store.contains(event.event().cid())).isTrue();
    assertThat(refused(() -> scene.load(picker(event.event().cid()))).details())
        .containsEntry("missing", "stream:" + none);
  }

  private interface Call {
    void run() throws StreamException;
  }

  private static StreamException refused(Call call) {
    return catchThrowableOfType(StreamException.class, call::run);
  }

  private static StreamId picker(Cid init) {
    return StreamId.of(Pickers.CODE, init);
  }

  private static DecodedEvent picking(String kind, String id) {
    return Scene.decode(
        Map.of(),
        Scene.block(Ipld.map("header", Ipld.map("pick", Ipld.of(kind), "id", Ipld.of(id)))));
  }

  /** Streams that name another. */
  private static final class Pickers implements StreamType {
    static final int CODE = 78;

    @Override
    public int typeCode() {
      return CODE;
    }

    @Override
    public String name() {
      return "picker";
    }

    @Override
    public int revision() {
      return 1;
    }

    @Override
    public Document init(Event.Init event, ApplyContext context)
        throws InvalidEventException, DependencyMissingException {
      String id = event.header().text("id").orElse("");
      switch (event.header().text("pick").orElse("")) {
        case "stream" -> context.load(StreamId.parse(id));
        case "commit" -> context.load(CommitId.parse(id));
        default -> throw new InvalidEventException("Nothing picked");
      }
      return Document.of(Ipld.NULL, Ipld.Map.EMPTY, Document.Signature.GENESIS);
    }

    @Override
    public Document apply(StreamState state, Event.Data event, ApplyContext context)
        throws InvalidEventException {
      throw new InvalidEventException("Picked once");
    }
  }
}
