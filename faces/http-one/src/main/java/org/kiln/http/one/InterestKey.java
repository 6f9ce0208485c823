package org.kiln.http.one;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.net.Interest;
import org.kiln.ipld.DagCbor;

/**
 * An interest as ceramic-one stores it: a sequence of CBOR items, the last eight bytes of the
 * hashed sort key, the peer id, 1 for a range, its two ends, and 0 for "for ever".
 */
final class InterestKey {
  private static final int RANGE = 1;
  private static final int NEVER_OVER = 0;

  private InterestKey() {}

  static byte[] of(Interest interest, PeerId peer, NetworkId network) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    for (Ipld item :
        new Ipld[] {
          Ipld.Bytes.wrap(sortKey(interest.separator())),
          Ipld.Bytes.wrap(peer.bytes()),
          Ipld.of(RANGE),
          Ipld.Bytes.wrap(interest.from(network)),
          Ipld.Bytes.wrap(interest.to(network)),
          Ipld.of(NEVER_OVER)
        }) {
      out.writeBytes(DagCbor.encode(item));
    }
    return out.toByteArray();
  }

  private static byte[] sortKey(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOfRange(hash, hash.length - 8, hash.length);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
