package ${package};

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.kit.stream.Controllers;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.osgi.service.component.annotations.Component;

/** A stream type whose document is whatever map the newest event brings. */
@Component(property = StreamType.TYPE_PROPERTY + ":Integer=" + ${className}.CODE)
public final class ${className} implements StreamType {
  static final int CODE = #if( $key.matches("[0-9]+") )${key}#{else}1100#end;

  @Override
  public int typeCode() {
    return CODE;
  }

  @Override
  public String name() {
    return "${artifactId}";
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    context.requireController(Controllers.only(event.header()), Optional.empty());
    return Document.of(content(event.data().orElse(Ipld.Map.EMPTY)), event.header(), Signature.SIGNED);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Ipld.Map metadata = state.document().metadata();
    context.requireController(Controllers.only(metadata), Optional.empty());
    return Document.of(content(event.data()), metadata, Signature.SIGNED);
  }

  private static Ipld content(Ipld data) throws InvalidEventException {
    if (data instanceof Ipld.Map) {
      return data;
    }
    throw new InvalidEventException("The content must be a map");
  }
}
