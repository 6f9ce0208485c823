package org.kiln.imports;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Varint;
import org.kiln.ipld.event.EventDecoder.Blocks;

/**
 * The blocks of one event. ceramic-one keeps them by their multihash, so they are found by that,
 * whatever codec the asking CID has. For one thread.
 */
final class OneBlocks implements Blocks {
  private final Map<String, byte[]> byMultihash = new HashMap<>();
  private long bytes;

  void add(byte[] multihash, byte[] block) {
    byMultihash.put(HexFormat.of().formatHex(multihash), block);
    bytes += block.length;
  }

  /** All of them together. */
  long bytes() {
    return bytes;
  }

  @Override
  public Optional<Block> find(Cid cid) {
    ByteArrayOutputStream multihash = new ByteArrayOutputStream(40);
    Varint.write(cid.hashFunction(), multihash);
    byte[] digest = cid.digest();
    Varint.write(digest.length, multihash);
    multihash.writeBytes(digest);
    return Optional.ofNullable(byMultihash.get(HexFormat.of().formatHex(multihash.toByteArray())))
        .map(data -> new Block(cid, data));
  }
}
