package org.kiln.type.tile;

import java.util.Optional;
import java.util.stream.Collectors;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.Document.Next;
import org.kiln.api.stream.Document.Signature;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamType;
import org.kiln.kit.stream.Controllers;
import org.kiln.kit.stream.JsonPatch;

/**
 * The Tile Document, stream type 0. A change stays pending in {@link Document#next()} until a time
 * event puts it in force. Thread-safe.
 *
 * @see <a href="https://github.com/ceramicnetwork/CIPs/blob/main/CIPs/cip-8.md">CIP-8</a>
 */
public final class TileType implements StreamType {
  private final TileSchemas schemas = new TileSchemas();

  @Override
  public int typeCode() {
    return 0;
  }

  @Override
  public String name() {
    return "tile";
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Ipld.Map header = event.header();
    if (!event.signed() && event.hasContent()) {
      throw new InvalidEventException("Genesis commit with contents should always be signed");
    }
    String controller = Controllers.only(header);
    if (!Controllers.looksLikeDid(controller)) {
      throw new InvalidEventException(
          "Attempting to create a TileDocument with an invalid DID string: " + controller);
    }
    if (event.signed()) {
      context.requireController(controller, Optional.empty());
    }
    Ipld content = event.hasContent() ? event.data().orElseThrow() : Ipld.Map.EMPTY;
    schemas.check(header, content, context);
    Signature signature = event.signed() ? Signature.SIGNED : Signature.GENESIS;
    return Document.of(content, header, signature);
  }

  @Override
  public Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Document now = state.document();
    Ipld.Map metadata = now.latestMetadata();
    context.requireController(Controllers.only(metadata), Optional.empty());
    Ipld.Map header =
        event
            .header()
            .orElseThrow(() -> new InvalidEventException("A tile update must have a header"));
    checkControllers(state, header);
    Ipld before = now.next().flatMap(Next::content).filter(TileType::present).orElse(now.content());
    Ipld content = JsonPatch.apply(before, event.data());
    Ipld.Map changed = metadata;
    for (var entry : header.entries().entrySet()) {
      changed = changed.with(entry.getKey(), entry.getValue());
    }
    schemas.check(changed, content, context);
    Next next = new Next(Optional.of(content), Optional.of(changed));
    return Document.of(now.content(), now.metadata(), Signature.SIGNED).with(next);
  }

  private static void checkControllers(StreamState state, Ipld.Map header)
      throws InvalidEventException {
    Ipld.Map metadata = state.document().metadata();
    Optional<Ipld> controllers = header.get("controllers").filter(TileType::present);
    if (controllers.isPresent()) {
      Controllers.only(header);
      boolean same = controllers.equals(metadata.get("controllers"));
      if (!same && metadata.get("forbidControllerChange").equals(Optional.of(Ipld.TRUE))) {
        throw new InvalidEventException(
            "Cannot change controllers since 'forbidControllerChange' is set. Tried to change"
                + " controllers for Stream "
                + state.id()
                + " from "
                + shown(metadata.get("controllers").orElse(Ipld.NULL))
                + " to "
                + Controllers.only(header));
      }
    }
    Optional<Ipld> forbid = header.get("forbidControllerChange");
    if (forbid.isPresent() && !forbid.equals(metadata.get("forbidControllerChange"))) {
      throw new InvalidEventException(
          "Changing 'forbidControllerChange' metadata property is not allowed");
    }
  }

  private static boolean present(Ipld value) {
    return !(value instanceof Ipld.Null);
  }

  private static String shown(Ipld controllers) {
    return controllers instanceof Ipld.List list
        ? list.items().stream()
            .map(item -> item instanceof Ipld.Text text ? '"' + text.value() + '"' : "?")
            .collect(Collectors.joining(",", "[", "]"))
        : "[]";
  }
}
