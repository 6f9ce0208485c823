package org.kiln.sync;

import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;

/** A stream type for tests: a list of lines. A line may need another stream. */
final class Lines implements StreamType {
  private static final int MAX_LENGTH = 40;

  @Override
  public int typeCode() {
    return World.TYPE;
  }

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    if (event.header().get("model").orElse(Ipld.NULL) instanceof Ipld.Bytes model) {
      context.load(StreamId.of(model.value()));
    }
    return Document.of(
        line(List.of(), (Ipld.Map) event.header().get("line").map(Lines::asMap).orElseThrow()),
        event.header(),
        Document.Signature.GENESIS);
  }

  private static Ipld asMap(Ipld text) {
    return Ipld.map("line", text);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    List<Ipld> before = ((Ipld.List) state.document().content()).items();
    if (((Ipld.Map) event.data()).text("needs").isPresent()) {
      context.load(StreamId.parse(((Ipld.Map) event.data()).text("needs").get()));
    }
    return Document.of(
        line(before, (Ipld.Map) event.data()),
        state.document().metadata(),
        Document.Signature.SIGNED);
  }

  private static Ipld line(List<Ipld> before, Ipld.Map event) throws InvalidEventException {
    List<Ipld> after = new ArrayList<>(before);
    String text = event.text("line").orElseThrow(() -> new InvalidEventException("No line"));
    after.add(Ipld.of(text.substring(0, Math.min(text.length(), MAX_LENGTH))));
    return new Ipld.List(after);
  }
}
