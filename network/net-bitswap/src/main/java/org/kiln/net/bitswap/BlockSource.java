package org.kiln.net.bitswap;

import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;

/** Where the blocks for peers come from. Thread-safe; may block on the disk. */
@FunctionalInterface
public interface BlockSource {
  /** The block of that CID. */
  Optional<Block> block(Cid cid);
}
