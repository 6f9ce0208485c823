package org.kiln.events.table;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kiln.api.ipld.Cid;

/**
 * Where an event's record lies: the key in the events table. Streams are told apart by their init
 * event alone, so that an event that came in under a wrong stream type is found all the same.
 *
 * @param streamKey 16 bytes
 * @param sequence the event's number
 */
public record Place(byte[] streamKey, long sequence) {
  static final int STREAM_KEY_BYTES = 16;
  static final int BYTES = STREAM_KEY_BYTES + Long.BYTES;

  /** Of the stream with that init event. */
  public static byte[] streamKey(Cid init) {
    return Arrays.copyOf(Sha256.digest(init.bytes()), STREAM_KEY_BYTES);
  }

  static Place read(ByteBuffer from) {
    byte[] streamKey = new byte[STREAM_KEY_BYTES];
    from.get(streamKey);
    return new Place(streamKey, from.getLong());
  }

  void write(ByteBuffer to) {
    to.put(streamKey).putLong(sequence);
  }

  /** The key of the record, {@value #BYTES} bytes. */
  public byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    write(out);
    return out.array();
  }

  /** The end of the stream's records, exclusive: no sequence is that big. */
  static byte[] end(byte[] streamKey) {
    return new Place(streamKey, -1).bytes();
  }
}
