package org.kiln.did.pkh;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Ipld;

/**
 * Writes DAG-CBOR, for the one block a passkey signs the CID of. An extension sees only the node's
 * API, which has no codec.
 *
 * @see <a href="https://ipld.io/specs/codecs/dag-cbor/spec/">DAG-CBOR</a>
 */
final class CanonicalCbor {
  private static final int UNSIGNED = 0;
  private static final int NEGATIVE = 1;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int LIST = 4;
  private static final int MAP = 5;
  private static final int TAG = 6;
  private static final int LINK_TAG = 42;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

  private CanonicalCbor() {}

  static byte[] encode(Ipld value) {
    CanonicalCbor writer = new CanonicalCbor();
    writer.write(value);
    return writer.out.toByteArray();
  }

  private void write(Ipld value) {
    switch (value) {
      case Ipld.Null ignored -> out.write(0xf6);
      case Ipld.Bool bool -> out.write(bool.value() ? 0xf5 : 0xf4);
      case Ipld.Int number -> writeInt(number.value());
      case Ipld.Float64 number -> {
        out.write(0xfb);
        out.writeBytes(ByteBuffer.allocate(8).putDouble(number.value()).array());
      }
      case Ipld.Text text -> writeText(text.value().getBytes(StandardCharsets.UTF_8));
      case Ipld.Bytes bytes -> {
        head(BYTES, bytes.size());
        out.writeBytes(bytes.value());
      }
      case Ipld.Link link -> {
        head(TAG, LINK_TAG);
        head(BYTES, link.cid().size() + 1);
        out.write(0);
        link.cid().writeTo(out);
      }
      case Ipld.List list -> {
        head(LIST, list.items().size());
        list.items().forEach(this::write);
      }
      case Ipld.Map map -> writeMap(map);
    }
  }

  private void writeInt(BigInteger value) {
    if (value.signum() >= 0) {
      head(UNSIGNED, value.longValue());
    } else {
      head(NEGATIVE, value.not().longValue());
    }
  }

  private void writeText(byte[] utf8) {
    head(TEXT, utf8.length);
    out.writeBytes(utf8);
  }

  /** Keys sort by length, then by bytes. */
  private void writeMap(Ipld.Map map) {
    record Entry(byte[] key, Ipld value) {}

    List<Entry> entries = new ArrayList<>();
    map.entries()
        .forEach(
            (key, value) -> entries.add(new Entry(key.getBytes(StandardCharsets.UTF_8), value)));
    entries.sort(
        (a, b) ->
            a.key.length != b.key.length
                ? Integer.compare(a.key.length, b.key.length)
                : Arrays.compareUnsigned(a.key, b.key));
    head(MAP, entries.size());
    for (Entry entry : entries) {
      writeText(entry.key);
      write(entry.value);
    }
  }

  /** Major type and argument in the fewest bytes; the argument is unsigned. */
  private void head(int major, long argument) {
    int type = major << 5;
    if (Long.compareUnsigned(argument, 24) < 0) {
      out.write(type | (int) argument);
      return;
    }
    int bytes =
        Long.compareUnsigned(argument, 0xff) <= 0
            ? 1
            : Long.compareUnsigned(argument, 0xffff) <= 0
                ? 2
                : Long.compareUnsigned(argument, 0xffff_ffffL) <= 0 ? 4 : 8;
    out.write(type | 24 + Integer.numberOfTrailingZeros(bytes));
    for (int i = bytes - 1; i >= 0; i--) {
      out.write((int) (argument >>> 8 * i));
    }
  }
}
