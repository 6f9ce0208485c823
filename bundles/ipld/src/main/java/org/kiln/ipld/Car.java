package org.kiln.ipld;

import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;

/**
 * A CARv1 archive.
 *
 * @param roots its roots
 * @param blocks its blocks in their order; when read, each is checked against its CID
 */
public record Car(List<Cid> roots, List<Block> blocks) {

  /** Reads an archive. */
  public static Car read(byte[] bytes) throws CodecException {
    throw new CodecException("pending");
  }

  /** Writes the archive. */
  public byte[] write() {
    throw new IllegalStateException("pending");
  }
}
