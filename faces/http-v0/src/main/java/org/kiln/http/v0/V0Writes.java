package org.kiln.http.v0;

import java.util.Optional;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;

/**
 * The door for clients of js-ceramic, whose API this is: to it Models are final and keep to
 * stricter rules, and documents name no version of theirs. ceramic-one's generation comes in by
 * other doors. Thread-safe; calls block.
 */
final class V0Writes implements StreamWrites {
  private static final int INSTANCE = 3;
  private static final String VERSION = "modelVersion";

  private final StreamWrites writes;
  private final FinalModels models;

  V0Writes(StreamWrites writes, FinalModels models) {
    this.writes = writes;
    this.models = models;
  }

  @Override
  public Written create(int type, DecodedEvent init, WriteOptions options) throws StreamException {
    if (type == FinalModels.MODEL && init.event() instanceof Event.Init event) {
      Optional<String> objection = ModelRules.objection(event.data().orElse(Ipld.NULL));
      if (objection.isPresent()) {
        throw new StreamException(Reason.INVALID, objection.get());
      }
    }
    // js-ceramic overlooks it, and would judge by another definition than nodes that do not.
    if (type == INSTANCE
        && init.event() instanceof Event.Init event
        && event.header().get(VERSION).filter(value -> !(value instanceof Ipld.Null)).isPresent()) {
      throw new StreamException(
          Reason.INVALID,
          "ModelInstanceDocument Streams name no modelVersion on /api/v0, where Models are final:"
              + " leave it out of the header of "
              + init.event().cid());
    }
    return shown(writes.create(type, init, options), options);
  }

  @Override
  public Written apply(StreamId stream, DecodedEvent event, WriteOptions options)
      throws StreamException {
    if (event.event() instanceof Event.Data data) {
      refuse(stream, data.header());
    }
    return shown(writes.apply(stream, event, options), options);
  }

  private static void refuse(StreamId stream, Optional<Ipld.Map> header) throws StreamException {
    if (stream.type() == FinalModels.MODEL) {
      throw new StreamException(Reason.INVALID, "Cannot update a finalized Model");
    }
    if (stream.type() == INSTANCE && header.flatMap(fields -> fields.get(VERSION)).isPresent()) {
      throw new StreamException(
          Reason.INVALID,
          "Updating metadata for ModelInstanceDocument Streams is not allowed.  Tried to change"
              + " modelVersion of Stream "
              + stream);
    }
  }

  private Written shown(Written written, WriteOptions options) throws StreamException {
    return new Written(models.shown(written.state(), options.deadline()), written.changed());
  }
}
