package org.kiln.kit.ipld;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.dataformat.cbor.CBORConstants;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.kiln.api.ipld.Ipld;

/** The canonical writer. Adds to Jackson's generator the integers of 64 bits without a sign. */
final class CborWriter extends CBORGenerator {
  private static final int FORMAT = Feature.WRITE_MINIMAL_INTS.getMask();
  private static final StreamWriteConstraints LIMITS =
      StreamWriteConstraints.builder().maxNestingDepth(DagCbor.MAX_DEPTH).build();
  private static final byte LINK_PREFIX = 0;

  /**
   * Jackson's own buffers, 24 KB a writer, none of which grows. A thread of its own for each
   * request finds none that an earlier one left behind, as Jackson's default is: they were a sixth
   * of all that a create without a signature allocated.
   */
  private static final RecyclerPool<BufferRecycler> BUFFERS = JsonRecyclerPools.newBoundedPool(16);

  private CborWriter(IOContext context, OutputStream out) {
    super(context, 0, FORMAT, null, out);
  }

  static byte[] write(Ipld value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    BufferRecycler buffers = BUFFERS.acquireAndLinkPooled();
    IOContext context =
        new IOContext(
            StreamReadConstraints.defaults(),
            LIMITS,
            ErrorReportConfiguration.defaults(),
            buffers,
            ContentReference.unknown(),
            true);
    try (CborWriter writer = new CborWriter(context, out)) {
      writer.put(value);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot be written as DAG-CBOR: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  private void put(Ipld value) throws IOException {
    switch (value) {
      case Ipld.Null ignored -> writeNull();
      case Ipld.Bool bool -> writeBoolean(bool.value());
      case Ipld.Int number -> putInteger(number.value());
      case Ipld.Float64 number -> writeNumber(number.value());
      case Ipld.Text text -> {
        // writeString would cut a long text into chunks of indefinite length.
        byte[] utf8 = Utf8.encode(text.value());
        writeRawUTF8String(utf8, 0, utf8.length);
      }
      case Ipld.Bytes bytes -> writeBinary(bytes.value());
      case Ipld.Link link -> putLink(link);
      case Ipld.List list -> {
        writeStartArray(list, list.items().size());
        for (Ipld item : list.items()) {
          put(item);
        }
        writeEndArray();
      }
      case Ipld.Map map -> putMap(map);
    }
  }

  private void putInteger(BigInteger value) throws IOException {
    if (value.bitLength() <= 63) {
      writeNumber(value.longValue());
      return;
    }
    boolean negative = value.signum() < 0;
    long argument = (negative ? value.not() : value).longValue();
    _verifyValueWrite("write number");
    writeRaw(
        (byte)
            ((negative ? CBORConstants.PREFIX_TYPE_INT_NEG : CBORConstants.PREFIX_TYPE_INT_POS)
                | 27));
    for (int shift = 56; shift >= 0; shift -= 8) {
      writeRaw((byte) (argument >>> shift));
    }
  }

  private void putLink(Ipld.Link link) throws IOException {
    byte[] cid = link.cid().bytes();
    byte[] tagged = new byte[cid.length + 1];
    tagged[0] = LINK_PREFIX;
    System.arraycopy(cid, 0, tagged, 1, cid.length);
    writeTag(42);
    writeBinary(tagged);
  }

  private void putMap(Ipld.Map map) throws IOException {
    Member[] members = new Member[map.entries().size()];
    int count = 0;
    for (Map.Entry<String, Ipld> entry : map.entries().entrySet()) {
      members[count++] = Member.of(entry.getKey(), entry.getValue());
    }
    Arrays.sort(members);
    writeStartObject(map, count);
    for (Member member : members) {
      writeFieldName(new SerializedString(member.key));
      put(member.value);
    }
    writeEndObject();
  }

  /** A map member that knows its place: shorter keys first, then bytewise (RFC 7049 §3.9). */
  private record Member(String key, byte[] utf8, Ipld value) implements Comparable<Member> {
    static Member of(String key, Ipld value) {
      String wellFormed = Utf8.wellFormed(key);
      return new Member(wellFormed, wellFormed.getBytes(StandardCharsets.UTF_8), value);
    }

    @Override
    public int compareTo(Member other) {
      int byLength = Integer.compare(utf8.length, other.utf8.length);
      return byLength != 0 ? byLength : Arrays.compareUnsigned(utf8, other.utf8);
    }
  }
}
