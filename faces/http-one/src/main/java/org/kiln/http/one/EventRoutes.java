package org.kiln.http.one;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.stream.EventId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventCar;

/** {@code /events}: one event as a CAR, in and out. */
final class EventRoutes {
  static final String UNREADABLE = "Failed to parse EventID from event CAR file data: ";

  private static final int MAX_ID_CHARS = 512;

  private final EventDoor door;
  private final EventLog log;
  private final EventTexts texts;
  private final boolean readOnly;

  EventRoutes(EventDoor door, EventLog log, EventTexts texts, boolean readOnly) {
    this.door = door;
    this.log = log;
    this.texts = texts;
    this.readOnly = readOnly;
  }

  List<HttpRoute> endpoints() {
    return List.of(
        new Endpoint("/events", Endpoint.MAX_EVENT_BYTES, this::post, "POST"),
        Endpoint.get("/events/{event_id}", this::get));
  }

  private HttpReply post(HttpCall call) throws HttpProblem, Refusal {
    if (readOnly) {
      throw Refusal.of(new HttpProblem(403, "read-only", "This node takes no writes"));
    }
    Body body = Body.of(call, "EventData", Set.of("data"));
    door.take(decode(body.text("data")), call.deadline());
    return body.answered(OneManners.empty(204));
  }

  static DecodedEvent decode(String multibase) throws Refusal {
    byte[] car;
    try {
      car = MultibaseText.decode(multibase);
    } catch (MultibaseText.Malformed e) {
      throw Refusal.invalid("Invalid event data: multibase error: " + e.getMessage());
    }
    try {
      DecodedEvent event = EventCar.read(car);
      StrictShape.require(event);
      return event;
    } catch (CodecException e) {
      throw Refusal.invalid(UNREADABLE + e.getMessage());
    }
  }

  private HttpReply get(HttpCall call) throws Refusal {
    String id = call.variable("event_id");
    StoredEvent found =
        log.event(cid(id)).orElseThrow(() -> Refusal.notFound("Event not found : " + id));
    return OneManners.json(texts.event(found.event().cid(), found.event().blocks()));
  }

  /** A CID in any base, or the EventId of an event. */
  private static Cid cid(String text) throws Refusal {
    if (text.length() > MAX_ID_CHARS) {
      throw Refusal.invalid("Invalid Cid: longer than " + MAX_ID_CHARS + " characters");
    }
    byte[] bytes;
    try {
      bytes = MultibaseText.decode(text);
    } catch (MultibaseText.Malformed e) {
      throw Refusal.invalid("multibase error: " + e.getMessage());
    }
    Optional<EventId> event = EventId.tryOf(bytes);
    if (event.isPresent()) {
      return event.get().event();
    }
    try {
      return Cid.of(bytes);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("Invalid Cid: " + e.getMessage());
    }
  }
}
