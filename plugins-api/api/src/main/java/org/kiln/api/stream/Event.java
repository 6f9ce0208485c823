package org.kiln.api.stream;

import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;

/** One entry of a stream's log, decoded. Its signature, if it has one, is checked by the node. */
public sealed interface Event {

  /** The event's CID: of the envelope when signed, else of the block itself. */
  Cid cid();

  /** Which of the three it is. */
  default LogEntry.Kind kind() {
    return this instanceof Init
        ? LogEntry.Kind.INIT
        : this instanceof Time ? LogEntry.Kind.TIME : LogEntry.Kind.DATA;
  }

  /** CID of the event this one follows; empty for an init event. */
  Optional<Cid> previous();

  /**
   * The first event of a stream: {@code {data?, header}}.
   *
   * @param cid the event's CID
   * @param header the header as received
   * @param data the content; empty when the key is absent, {@link Ipld#NULL} when it is null
   * @param signed whether it came in a signed envelope
   */
  record Init(Cid cid, Ipld.Map header, Optional<Ipld> data, boolean signed) implements Event {
    @Override
    public Optional<Cid> previous() {
      return Optional.empty();
    }

    /**
     * Whether there is content: data that is present and is not null, false, zero or the empty
     * text, all of which the deployed nodes take for no content.
     */
    public boolean hasContent() {
      return switch (data.orElse(Ipld.NULL)) {
        case Ipld.Null ignored -> false;
        case Ipld.Bool bool -> bool.value();
        case Ipld.Int number -> number.value().signum() != 0;
        case Ipld.Float64 number -> number.value() != 0;
        case Ipld.Text text -> !text.value().isEmpty();
        default -> true;
      };
    }
  }

  /**
   * A change: {@code {id, prev, data, header?}}.
   *
   * @param cid the event's CID
   * @param id CID of the stream's init event; old events may lack it
   * @param prev CID of the event before it
   * @param data the change, for most types a list of JSON Patch operations; NULL when absent
   * @param header the header, if any
   * @param signed whether it came in a signed envelope
   */
  record Data(
      Cid cid, Optional<Cid> id, Cid prev, Ipld data, Optional<Ipld.Map> header, boolean signed)
      implements Event {
    @Override
    public Optional<Cid> previous() {
      return Optional.of(prev);
    }
  }

  /**
   * A proof that the event before it existed at a block's time: {@code {id, prev, proof, path}}.
   *
   * @param cid the event's CID
   * @param id CID of the stream's init event; old events may lack it
   * @param prev CID of the event that is timestamped
   * @param proof CID of the proof block
   * @param path the way from the proof's root to prev, such as {@code 0/1/0}; may be empty
   */
  record Time(Cid cid, Optional<Cid> id, Cid prev, Cid proof, String path) implements Event {
    @Override
    public Optional<Cid> previous() {
      return Optional.of(prev);
    }
  }
}
