package org.kiln.streams.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.api.stream.StreamWriter;
import org.kiln.api.stream.WriteRefusedException;
import org.kiln.api.stream.WriteRefusedException.Reason;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamWrites;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;

/** Streams as extensions may write them: the clients' door, in the API's words. */
final class ExtensionsWriter implements StreamWriter {
  /** Envelope, payload and capability; a time event brings its proof and a path of a few more. */
  private static final int MAX_BLOCKS = 64;

  private final StreamWrites streams;
  private final boolean readOnly;

  /**
   * A door.
   *
   * @param readOnly as for clients: nothing can be written, except that streams are created
   *     unannounced, which is how one is found by its init event
   */
  ExtensionsWriter(StreamWrites streams, boolean readOnly) {
    this.streams = streams;
    this.readOnly = readOnly;
  }

  @Override
  public StreamState create(int type, List<Block> init, Options options)
      throws WriteRefusedException {
    DecodedEvent event = decoded(init);
    return write(() -> streams.create(type, event, options(options)));
  }

  @Override
  public StreamState apply(StreamId stream, List<Block> blocks, Options options)
      throws WriteRefusedException {
    if (readOnly) {
      throw new WriteRefusedException(
          Reason.READ_ONLY, "This node is read-only (node.read-only); write to another");
    }
    DecodedEvent event = decoded(blocks);
    if (event.event() instanceof Event.Init init && !init.cid().equals(stream.init())) {
      throw new WriteRefusedException(
          Reason.INVALID, init.cid() + " begins another stream than " + stream);
    }
    return write(() -> streams.apply(stream, event, options(options)));
  }

  /** One write. */
  private interface Write {
    StreamWrites.Written run() throws StreamException;
  }

  private static StreamState write(Write write) throws WriteRefusedException {
    try {
      return write.run().state();
    } catch (StreamException e) {
      throw new WriteRefusedException(reason(e.reason()), e.getMessage(), e.missing().orElse(null));
    } catch (DeadlineExpiredException e) {
      throw new WriteRefusedException(Reason.BUSY, e.getMessage());
    } catch (StoreException e) {
      throw new WriteRefusedException(Reason.STORAGE, e.getMessage());
    }
  }

  private static Reason reason(StreamException.Reason reason) {
    return switch (reason) {
      case INVALID -> Reason.INVALID;
      case CONFLICT -> Reason.CONFLICT;
      case NOT_FOUND -> Reason.NOT_FOUND;
      case UNAVAILABLE -> Reason.UNAVAILABLE;
      case BUSY -> Reason.BUSY;
      case STORAGE -> Reason.STORAGE;
    };
  }

  private static DecodedEvent decoded(List<Block> blocks) throws WriteRefusedException {
    if (blocks.isEmpty() || blocks.size() > MAX_BLOCKS) {
      throw new WriteRefusedException(
          Reason.INVALID, "An event is 1 to " + MAX_BLOCKS + " blocks, not " + blocks.size());
    }
    Map<Cid, Block> byCid = HashMap.newHashMap(blocks.size());
    blocks.forEach(block -> byCid.put(block.cid(), block));
    try {
      return EventDecoder.decode(blocks.getFirst().cid(), EventDecoder.Blocks.of(byCid));
    } catch (CodecException e) {
      throw new WriteRefusedException(Reason.INVALID, e.getMessage());
    }
  }

  private WriteOptions options(Options options) {
    return new WriteOptions(
        !readOnly && options.anchored(),
        !readOnly && options.published(),
        options.pinned(),
        options.deadline());
  }
}
