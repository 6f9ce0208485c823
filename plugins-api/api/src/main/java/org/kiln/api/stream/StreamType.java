package org.kiln.api.stream;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A stream type: turns events into documents. Register it as a service with the property {@value
 * #TYPE_PROPERTY} (an Integer equal to {@link #typeCode()}).
 *
 * <p>The node has already decoded the event, checked its hashes, its signature's arithmetic and its
 * place in the log ({@code id} and {@code prev}), and keeps the log, the timestamps and the anchor
 * status. The type decides whether the event is valid for the stream and what the document becomes.
 * It must be a pure function of its arguments and of what {@link ApplyContext} hands out: any node
 * that sees the same events must get the same document, in any year.
 *
 * <p>Called on the node's executors, by many threads, one event at a time for each stream. May
 * block until the context's deadline.
 */
@ConsumerType
public interface StreamType {
  /** Name of the service property that carries the type code. */
  String TYPE_PROPERTY = "stream.type";

  /** The number in StreamIDs. */
  int typeCode();

  /** The name in the HTTP API's {@code doctype}, for example {@code tile}. */
  String name();

  /**
   * Raise it when {@link #apply} could give another result than before; the node derives states
   * anew.
   */
  int revision();

  /**
   * Whether {@link ApplyContext#anchoredAt()} is asked for. A stream of such a type is derived anew
   * when a time event comes, since that gives a time to the events before it.
   */
  default boolean readsTime() {
    return false;
  }

  /**
   * Whether judging an event may ask something outside the node, such as a chain: it is then never
   * called while others wait to write to the stream.
   */
  default boolean asksOutside() {
    return false;
  }

  /**
   * The document after the init event.
   *
   * @throws InvalidEventException when the event can never be valid
   * @throws DependencyMissingException when something the type needs is not known yet
   */
  Document init(Event.Init event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException;

  /**
   * The document after a change to {@code state}.
   *
   * @throws InvalidEventException when the event is not valid after that state
   * @throws DependencyMissingException when something the type needs is not known yet
   */
  Document apply(StreamState state, Event.Data event, ApplyContext context)
      throws InvalidEventException, DependencyMissingException;
}
