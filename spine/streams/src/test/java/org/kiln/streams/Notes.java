package org.kiln.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;

/**
 * A stream type for tests: its content is the list of the texts of its events, none of them signed
 * but those that say when their permit expires.
 */
public final class Notes implements StreamType {
  public static final int CODE = 77;
  private final int revision;
  private final String refused;
  private final AtomicInteger applied = new AtomicInteger();

  public Notes(int revision) {
    this(revision, "bad");
  }

  /** One that refuses texts that begin so. */
  Notes(int revision, String refused) {
    this.revision = revision;
    this.refused = refused;
  }

  /** How many events it was asked about. */
  int applied() {
    return applied.get();
  }

  @Override
  public int typeCode() {
    return CODE;
  }

  @Override
  public String name() {
    return "notes";
  }

  @Override
  public int revision() {
    return revision;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    return Document.of(
        note(List.of(), event.header(), context), event.header(), Document.Signature.GENESIS);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    List<Ipld> before = ((Ipld.List) state.document().content()).items();
    return Document.of(
        note(before, (Ipld.Map) event.data(), context),
        state.document().metadata(),
        Document.Signature.SIGNED);
  }

  private Ipld note(List<Ipld> before, Ipld.Map event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    applied.incrementAndGet();
    if (event.get("expires").isPresent()) {
      context.requireController(Permits.OWNER, Optional.empty());
    }
    if (event.text("needs").isPresent()) {
      context.load(StreamId.parse(event.text("needs").get()));
    }
    String text = event.text("note").orElseThrow(() -> new InvalidEventException("No note"));
    if (text.startsWith(refused)) {
      throw new InvalidEventException("A bad note");
    }
    List<Ipld> after = new ArrayList<>(before);
    after.add(Ipld.of(text));
    return new Ipld.List(after);
  }
}
