package org.kiln.core.net;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;

/**
 * Gets blocks from other nodes. A service, there while the network and a protocol that carries
 * blocks are. Thread-safe; calls block and are made to be made from virtual threads, many at a
 * time: who provides it bounds how much goes over the network at once.
 */
public interface BlockFetcher {

  /**
   * Fetches a block. Nothing is stored.
   *
   * @param cid what to fetch
   * @param hints peers that probably have it, asked first; may be empty, and need not be connected
   * @param deadline when to give up; an interrupt of the calling thread ends the call early too
   * @return the block, hashed and found to be what the CID says; empty when nobody gave it in time
   */
  Optional<Block> fetch(Cid cid, Set<PeerId> hints, Deadline deadline);

  /**
   * Fetches a block from who is connected, or hinted at, and looks for nobody else: for blocks that
   * somebody claims to have. Comes back as soon as all of these have said that they do not have it.
   * Nothing is stored.
   *
   * @param cid what to fetch
   * @param hints peers that probably have it
   * @param deadline when to give up
   * @return the block, checked; empty when none of them has it, or gave it in time
   */
  default Optional<Block> fetchNear(Cid cid, Set<PeerId> hints, Deadline deadline) {
    return fetch(cid, hints, deadline);
  }

  /**
   * Fetches many blocks, from several peers at once where several have them. Nothing is stored.
   *
   * @param cids what to fetch
   * @param hints peers that probably have them
   * @param deadline when to give up on those that have not come
   * @param sink takes each block as it comes, in no order, on the calling thread
   */
  default void fetchAll(
      Collection<Cid> cids, Set<PeerId> hints, Deadline deadline, Consumer<Block> sink) {
    for (Cid cid : cids) {
      fetch(cid, hints, deadline).ifPresent(sink);
    }
  }
}
