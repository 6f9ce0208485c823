package org.kiln.ipld;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Varint;

/**
 * A CARv1 archive.
 *
 * @param roots its roots
 * @param blocks its blocks in their order; when read, each is checked against its CID
 * @see <a href="https://ipld.io/specs/transport/car/carv1/">CARv1</a>
 */
public record Car(List<Cid> roots, List<Block> blocks) {
  /** Largest section (length, CID and block), in bytes; ceramic-one's limit. */
  public static final int MAX_SECTION_BYTES = 4 << 20;

  /** Most sections of one archive. */
  public static final int MAX_SECTIONS = 100_000;

  private static final int MAX_HEADER_BYTES = 64 << 10;

  /** Copies the lists. */
  public Car {
    roots = List.copyOf(roots);
    blocks = List.copyOf(blocks);
  }

  /**
   * Reads an archive.
   *
   * @throws CodecException when it is none, is cut short, exceeds a limit, or holds a block that
   *     does not hash to its CID
   */
  public static Car read(byte[] bytes) throws CodecException {
    int[] at = {0};
    byte[] header = section(bytes, at, MAX_HEADER_BYTES, "header");
    List<Cid> roots = roots(header);
    List<Block> blocks = new ArrayList<>();
    while (at[0] < bytes.length) {
      if (blocks.size() == MAX_SECTIONS) {
        throw new CodecException("CAR: more than " + MAX_SECTIONS + " sections");
      }
      blocks.add(block(section(bytes, at, MAX_SECTION_BYTES, "section " + blocks.size())));
    }
    return new Car(roots, blocks);
  }

  /** Writes the archive. */
  public byte[] write() {
    int size = 128;
    for (Block block : blocks) {
      size += block.size() + block.cid().size() + 4;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(size);
    byte[] header =
        DagCbor.encode(
            Ipld.map(
                "roots",
                new Ipld.List(roots.stream().<Ipld>map(Ipld.Link::new).toList()),
                "version",
                Ipld.of(1)));
    Varint.write(header.length, out);
    out.writeBytes(header);
    for (Block block : blocks) {
      Varint.write(block.cid().size() + block.size(), out);
      block.cid().writeTo(out);
      block.writeTo(out);
    }
    return out.toByteArray();
  }

  private static byte[] section(byte[] bytes, int[] at, int limit, String name)
      throws CodecException {
    Varint.Decoded length;
    try {
      length = Varint.read(bytes, at[0]);
    } catch (IllegalArgumentException e) {
      throw new CodecException("CAR: " + name + ": " + e.getMessage(), e);
    }
    if (length.value() == 0) {
      throw new CodecException("CAR: " + name + " is empty");
    }
    if (length.value() > limit) {
      throw new CodecException(
          "CAR: " + name + " of " + length.value() + " bytes is larger than " + limit);
    }
    int end = length.next() + (int) length.value();
    if (end > bytes.length) {
      throw new CodecException("CAR: " + name + " is cut short");
    }
    at[0] = end;
    return Arrays.copyOfRange(bytes, length.next(), end);
  }

  private static List<Cid> roots(byte[] header) throws CodecException {
    if (!(DagCbor.decode(header) instanceof Ipld.Map map)) {
      throw new CodecException("CAR: the header is not a map");
    }
    if (!Ipld.of(1).equals(map.entries().get("version"))) {
      throw new CodecException("CAR: not version 1");
    }
    if (!(map.entries().get("roots") instanceof Ipld.List list)) {
      throw new CodecException("CAR: the header has no list of roots");
    }
    if (map.entries().size() != 2) {
      throw new CodecException("CAR: the header has unknown members");
    }
    List<Cid> roots = new ArrayList<>();
    for (Ipld item : list.items()) {
      if (!(item instanceof Ipld.Link link)) {
        throw new CodecException("CAR: a root is not a link");
      }
      roots.add(link.cid());
    }
    return roots;
  }

  private static Block block(byte[] section) throws CodecException {
    Cid.Decoded cid;
    try {
      cid = Cid.read(section, 0);
    } catch (IllegalArgumentException e) {
      throw new CodecException("CAR: " + e.getMessage(), e);
    }
    Block block = Block.wrap(cid.cid(), Arrays.copyOfRange(section, cid.next(), section.length));
    if (!block.verified()) {
      throw new CodecException(
          "CAR: block hash mismatch: the block of " + cid.cid() + " is another");
    }
    return block;
  }
}
