package org.kiln.ipld.event;

import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.ipld.CodecException;

/** Turns blocks into events. */
public final class EventDecoder {
  /** Largest block of an event, in bytes. */
  public static final int MAX_BLOCK_BYTES = 256_000;

  private EventDecoder() {}

  /** Finds a block. */
  @FunctionalInterface
  public interface Blocks {
    /** The block of that CID, empty when it is not to be had. */
    Optional<Block> find(Cid cid);

    /** The blocks of a map. */
    static Blocks of(Map<Cid, Block> blocks) {
      return cid -> Optional.ofNullable(blocks.get(cid));
    }
  }

  /**
   * Decodes the event whose own block is {@code root}; fetches what it needs from {@code blocks}, and
   * checks sizes and hashes of all of it.
   *
   * @throws CodecException when a block is missing, too large, does not hash to its CID, or is no
   *     event
   */
  public static DecodedEvent decode(Cid root, Blocks blocks) throws CodecException {
    throw new CodecException("pending");
  }
}
