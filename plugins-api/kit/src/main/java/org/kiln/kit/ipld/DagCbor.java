package org.kiln.kit.ipld;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;

/**
 * Strict DAG-CBOR: definite lengths, shortest numbers, text keys, no tag but 42. Thread-safe.
 *
 * <p>As in the JavaScript library, decoding is lax where writing is not: keys may stand in any
 * order, floats may be short, {@code undefined} reads as null and malformed UTF-8 as U+FFFD. {@link
 * #isCanonical} tells such blocks apart. Never compute a CID from a re-encoded block.
 *
 * @see <a href="https://ipld.io/specs/codecs/dag-cbor/spec/">DAG-CBOR</a>
 */
public final class DagCbor {
  /** Largest block that is decoded, in bytes. */
  public static final int MAX_BLOCK_BYTES = 4 << 20;

  /** Deepest nesting of lists and maps. */
  public static final int MAX_DEPTH = 512;

  private static final int LINK_TAG = 42;
  private static final int SMALL_FROM = -16;
  private static final Ipld.Int[] SMALL = new Ipld.Int[272];

  static {
    for (int i = 0; i < SMALL.length; i++) {
      SMALL[i] = Ipld.of(SMALL_FROM + i);
    }
  }

  private static final CBORFactory READER =
      CBORFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // The table of names is shared: a full one must not make the next block unreadable.
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH + 1)
                  .maxNameLength(MAX_BLOCK_BYTES)
                  .maxStringLength(MAX_BLOCK_BYTES)
                  .build())
          .build();

  private final byte[] block;
  private final CBORParser parser;

  private DagCbor(byte[] block, CBORParser parser) {
    this.block = block;
    this.parser = parser;
  }

  /**
   * Decodes one block; lenient as the JavaScript library.
   *
   * @throws CodecException when the block is no DAG-CBOR, is larger than {@link #MAX_BLOCK_BYTES}
   *     or nested deeper than {@link #MAX_DEPTH}
   */
  public static Ipld decode(byte[] block) throws CodecException {
    byte[] sound = CborForm.check(block, false).repaired();
    try (CBORParser parser = READER.createParser(sound)) {
      return new DagCbor(sound, parser).value(parser.nextToken());
    } catch (IOException e) {
      throw new CodecException("DAG-CBOR: " + e.getMessage(), e);
    }
  }

  /** Decodes one block that must be a map. */
  public static Ipld.Map decodeMap(byte[] block) throws CodecException {
    if (decode(block) instanceof Ipld.Map map) {
      return map;
    }
    throw new CodecException("DAG-CBOR: the block is not a map");
  }

  /**
   * Whether encoding the decoded block again gives the same bytes.
   *
   * @throws CodecException when the block does not decode
   */
  public static boolean isCanonical(byte[] block) throws CodecException {
    if (CborForm.check(block, true).canonical()) {
      return true;
    }
    decode(block);
    return false;
  }

  /**
   * The canonical bytes: keys ordered by length, then bytewise; floats of 64 bits, as they are.
   *
   * @throws IllegalArgumentException when the value is nested deeper than {@link #MAX_DEPTH}
   */
  public static byte[] encode(Ipld value) {
    return CborWriter.write(value);
  }

  /** The link in the bytes of a tag 42, which begin with 0x00. */
  static Cid linkOf(byte[] tagged) throws CodecException {
    try {
      return Cid.of(Arrays.copyOfRange(tagged, 1, tagged.length));
    } catch (IllegalArgumentException e) {
      throw new CodecException("DAG-CBOR: link is no CID: " + e.getMessage(), e);
    }
  }

  private Ipld value(JsonToken token) throws IOException, CodecException {
    return switch (token) {
      case START_OBJECT -> map();
      case START_ARRAY -> list();
      case VALUE_STRING -> text();
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> new Ipld.Float64(parser.getDoubleValue());
      case VALUE_TRUE -> Ipld.TRUE;
      case VALUE_FALSE -> Ipld.FALSE;
      case VALUE_NULL -> Ipld.NULL;
      case VALUE_EMBEDDED_OBJECT -> embedded();
      default -> throw new CodecException("DAG-CBOR: unexpected " + token);
    };
  }

  private Ipld map() throws IOException, CodecException {
    Ipld.Map.Builder entries = Ipld.Map.builder();
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      if (entries.put(key, value(parser.nextToken())) != null) {
        throw new CodecException("DAG-CBOR: map key \"" + key + "\" stands twice");
      }
    }
    return entries.build();
  }

  private Ipld list() throws IOException, CodecException {
    List<Ipld> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      items.add(value(t));
    }
    return new Ipld.List(items);
  }

  private Ipld integer() throws IOException {
    if (parser.getNumberType() == NumberType.BIG_INTEGER) {
      return new Ipld.Int(parser.getBigIntegerValue());
    }
    long value = parser.getLongValue();
    long index = value - SMALL_FROM;
    return index >= 0 && index < SMALL.length ? SMALL[(int) index] : Ipld.of(value);
  }

  /**
   * Text straight from the block, which is known to be sound: the parser would copy it through an
   * array of characters.
   */
  private Ipld text() {
    int head = (int) parser.currentTokenLocation().getByteOffset();
    int minor = block[head] & 31;
    int start = head + 1;
    int length = minor;
    if (minor >= 24) {
      length = 0;
      for (int end = start + (1 << minor - 24); start < end; start++) {
        length = length << 8 | block[start] & 0xff;
      }
    }
    return new Ipld.Text(new String(block, start, length, StandardCharsets.UTF_8));
  }

  private Ipld embedded() throws IOException, CodecException {
    int tag = parser.getCurrentTag();
    byte[] bytes = parser.getBinaryValue();
    if (bytes == null) {
      return Ipld.NULL;
    }
    return tag == LINK_TAG ? new Ipld.Link(linkOf(bytes)) : Ipld.Bytes.wrap(bytes);
  }
}
