package org.kiln.net.recon.wire;

import java.util.List;
import org.kiln.core.log.RangeHash;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;

/**
 * Turns messages into bytes: to the byte as ceramic-one writes them, or, for those who read it,
 * values densely, as a list of key and value that are byte strings. Thread-safe.
 */
public final class MessageCodec {
  private final boolean textKeys;
  private final boolean dense;

  /**
   * For one space.
   *
   * @param textKeys whether keys are texts on the wire, as in the peer space
   * @param dense whether values are written densely
   */
  public MessageCodec(boolean textKeys, boolean dense) {
    this.textKeys = textKeys;
    this.dense = dense;
  }

  /** As ceramic-one writes. */
  public MessageCodec(boolean textKeys) {
    this(textKeys, false);
  }

  /**
   * The bytes of a message.
   *
   * @throws IllegalArgumentException for a {@link ReconMessage.TooLarge}, which is only read
   */
  public byte[] encode(Envelope envelope) {
    CborWriter out = new CborWriter();
    if (dense && envelope.body() instanceof ReconMessage.Value(Key key, byte[] value)) {
      key(out.list(2), key);
      return out.bytes(value).toByteArray();
    }
    out.map(envelope.syncId().isPresent() ? 2 : 1);
    envelope.syncId().ifPresent(id -> out.text("sync_id").text(id));
    out.text("body");
    switch (envelope.body()) {
      case ReconMessage.InterestRequest(List<KeyRange> ranges) ->
          interests(out, "InterestRequest", ranges);
      case ReconMessage.InterestResponse(List<KeyRange> ranges) ->
          interests(out, "InterestResponse", ranges);
      case ReconMessage.RangeRequest(RangeDigest range) ->
          digest(out.map(1).text("RangeRequest"), range);
      case ReconMessage.RangeResponse(List<RangeDigest> ranges) -> {
        out.map(1).text("RangeResponse").list(ranges.size());
        ranges.forEach(range -> digest(out, range));
      }
      case ReconMessage.Value(Key key, byte[] value) -> {
        out.map(1).text("Value").map(2).text("key");
        key(out, key);
        out.text("value").octets(value);
      }
      case ReconMessage.Finished() -> out.text("Finished");
      case ReconMessage.TooLarge large ->
          throw new IllegalArgumentException("Nobody sends " + large);
    }
    return out.toByteArray();
  }

  private void interests(CborWriter out, String name, List<KeyRange> ranges) {
    out.map(1).text(name).list(ranges.size());
    for (KeyRange range : ranges) {
      out.map(2).text("start");
      key(out, range.start());
      out.text("end");
      key(out, range.end());
    }
  }

  private void digest(CborWriter out, RangeDigest range) {
    RangeHash hash = range.hash();
    out.map(3).text("first");
    key(out, range.first());
    out.text("hash").map(2).text("hash").bytes(range.isZero() ? new byte[0] : hash.hash());
    out.text("count").uint(hash.count()).text("last");
    key(out, range.last());
  }

  private void key(CborWriter out, Key key) {
    if (textKeys) {
      out.text(key.bytes());
    } else {
      out.bytes(key.bytes());
    }
  }
}
