package org.kiln.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.core.extension.FixedExtensions;

class StatesTest {
  private static final Cid INIT = cid("init");
  private static final Cid VERSION = cid("version");
  private static final StreamHead STREAM = new StreamHead(StreamId.of(3, INIT), Ipld.Map.EMPTY);

  private final States states =
      new States(
          new Verdicts(
              FixedExtensions.builder().add(StreamType.class, "3", new Telling()).build(),
              (ref, options) -> {
                throw new UnsupportedOperationException();
              },
              new Insistence()));

  @Test
  void shouldJudgeADocumentByTheVersionThatAnEarlierEventNamed() {
    Event.Init init =
        new Event.Init(INIT, Ipld.map("modelVersion", Ipld.of(VERSION)), Optional.empty(), true);
    EventState first = states.after(Optional.empty(), row(init));
    EventState second = states.after(Optional.of(first), row(data("second", INIT, Ipld.Map.EMPTY)));
    assertThat(second.errors()).containsExactly("keeps to " + Ipld.of(VERSION));
  }

  @Test
  void shouldJudgeADocumentByTheVersionThatADataEventNamed() {
    Event.Init init = new Event.Init(INIT, Ipld.Map.EMPTY, Optional.empty(), true);
    EventState first = states.after(Optional.empty(), row(init));
    Event.Data named = data("second", INIT, Ipld.map("modelVersion", Ipld.of(VERSION)));
    EventState second = states.after(Optional.of(first), row(named));
    assertThat(second.errors()).containsExactly("keeps to none");
    EventState third =
        states.after(Optional.of(second), row(data("third", named.cid(), Ipld.Map.EMPTY)));
    assertThat(third.errors()).containsExactly("keeps to " + Ipld.of(VERSION));
  }

  private static EventRow row(Event event) {
    return new EventRow(1, STREAM, event, OptionalLong.empty(), Optional.empty());
  }

  private static Event.Data data(String name, Cid previous, Ipld.Map header) {
    return new Event.Data(
        cid(name),
        Optional.of(INIT),
        previous,
        new Ipld.List(List.of()),
        Optional.of(header),
        true);
  }

  private static Cid cid(String name) {
    return Cid.sha256(Cid.DAG_CBOR, name.getBytes(StandardCharsets.UTF_8));
  }

  /** Tells by which version it is asked to judge. */
  private static final class Telling implements StreamType {
    @Override
    public int typeCode() {
      return 3;
    }

    @Override
    public String name() {
      return "telling";
    }

    @Override
    public int revision() {
      return 1;
    }

    @Override
    public Document init(Event.Init event, ApplyContext context) {
      return Document.of(Ipld.NULL, Ipld.Map.EMPTY, Signature.SIGNED);
    }

    @Override
    public Document apply(StreamState state, Event.Data event, ApplyContext context)
        throws InvalidEventException {
      Optional<Ipld> version = state.document().metadata().get("modelVersion");
      throw new InvalidEventException("keeps to " + version.map(Ipld::toString).orElse("none"));
    }
  }
}
