package org.kiln.sample.counter;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.kit.stream.Controllers;
import org.osgi.service.component.annotations.Component;

/**
 * The counter, stream type 1001. Its document is {@code {value, devices: {name: {up, down}}}}; the
 * data of an event is {@code {device, up, down}}. Holds nothing; thread-safe.
 */
@Component(property = StreamType.TYPE_PROPERTY + ":Integer=" + CounterType.CODE)
public final class CounterType implements StreamType {
  /** The number in StreamIDs. Those below 1000 are the Ceramic network's. */
  public static final int CODE = 1001;

  @Override
  public int typeCode() {
    return CODE;
  }

  @Override
  public String name() {
    return "counter";
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    context.requireController(Controllers.only(event.header()), Optional.empty());
    Tally tally = event.hasContent() ? Tally.ZERO.merge(event.data().orElseThrow()) : Tally.ZERO;
    return Document.of(tally.content(), event.header(), Signature.SIGNED);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Ipld.Map metadata = state.document().metadata();
    context.requireController(Controllers.only(metadata), Optional.empty());
    if (!event.header().orElse(Ipld.Map.EMPTY).entries().isEmpty()) {
      throw new InvalidEventException("The header of a counter cannot be changed");
    }
    Tally tally = Tally.of(state.document().content()).merge(event.data());
    return Document.of(tally.content(), metadata, Signature.SIGNED);
  }
}
