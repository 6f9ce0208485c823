package org.kiln.http.one;

import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Varint;
import org.kiln.api.stream.StreamId;

/**
 * StreamIDs as ceramic-one reads them: in any base, and with whatever follows, as a commit does.
 */
final class StreamText {
  private static final int MAX_CHARS = 512;

  private StreamText() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with ceramic-one's words
   */
  static StreamId parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException("longer than " + MAX_CHARS + " characters");
    }
    byte[] bytes;
    try {
      bytes = MultibaseText.decode(text);
    } catch (MultibaseText.Malformed e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (bytes.length == 0) {
      throw new IllegalArgumentException("not enough input bytes");
    }
    Varint.Decoded codec = Varint.read(bytes, 0);
    if (codec.value() != StreamId.CODEC) {
      throw new IllegalArgumentException("Invalid StreamId, does not include StreamId Codec");
    }
    Varint.Decoded type = Varint.read(bytes, codec.next());
    if (type.value() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("unknown stream type " + type.value());
    }
    return StreamId.of((int) type.value(), Cid.read(bytes, type.next()).cid());
  }
}
