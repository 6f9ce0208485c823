package org.kiln.http.v0;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.ipld.event.CommitJson;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;

/** Events in the JSON forms of this face. */
final class Commits {
  private final EventLog log;

  /** Blocks a client leaves out are looked for in the log. */
  Commits(EventLog log) {
    this.log = log;
  }

  /**
   * Reads what a client sent as genesis or commit.
   *
   * @throws CodecException when it is no event, or a block of it is neither there nor known here
   */
  DecodedEvent read(Ipld.Map commit) throws CodecException {
    CommitJson.Parsed parsed = CommitJson.read(commit);
    return EventDecoder.decode(
        parsed.root(),
        cid -> {
          Block block = parsed.blocks().get(cid);
          return block != null ? Optional.of(block) : log.block(cid);
        });
  }

  /** Writes an event of the log; a capability stays out of it, as in js-ceramic's answers. */
  static Ipld.Map write(StoredEvent event) throws CodecException {
    Cid root = event.event().cid();
    List<Block> blocks = event.event().blocks();
    List<Block> told = blocks.subList(0, Math.min(2, blocks.size()));
    return CommitJson.write(
        root, cid -> told.stream().filter(block -> block.cid().equals(cid)).findFirst());
  }
}
