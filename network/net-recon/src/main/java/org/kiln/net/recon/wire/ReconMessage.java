package org.kiln.net.recon.wire;

import java.util.List;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;

/** What one side of a conversation says. */
public sealed interface ReconMessage {
  /** The initiator's interests, which begin a conversation. */
  record InterestRequest(List<KeyRange> ranges) implements ReconMessage {}

  /** What of them the responder shares. */
  record InterestResponse(List<KeyRange> ranges) implements ReconMessage {}

  /** What the initiator has in a range. */
  record RangeRequest(RangeDigest range) implements ReconMessage {}

  /** What the responder has in it, in pieces; none when it has just sent all its values. */
  record RangeResponse(List<RangeDigest> ranges) implements ReconMessage {}

  /** A key with its value, by either side. The bytes are not copied. */
  record Value(Key key, byte[] value) implements ReconMessage {}

  /** A value larger than is taken, which was read over. Never written. */
  record TooLarge(Key key, long bytes) implements ReconMessage {}

  /** The initiator asks for nothing more. */
  record Finished() implements ReconMessage {}
}
