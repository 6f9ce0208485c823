package org.kiln.libp2p.host;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what peers have of us, and says no before any work is done for them. What was acquired
 * must be released exactly once. Thread-safe.
 */
final class Counters {
  private final HostLimits limits;
  private final Map<String, Integer> perAddress = new HashMap<>();
  private int pending;
  private int inbound;
  private int outbound;
  private int inboundStreams;
  private long refused;

  Counters(HostLimits limits) {
    this.limits = limits;
  }

  /** A peer's connection, before anything is read from it. */
  synchronized boolean accept(InetAddress from) {
    String key = group(from);
    boolean room =
        pending < limits.pending()
            && inbound < limits.inbound()
            && (from.isLoopbackAddress() || perAddress.getOrDefault(key, 0) < limits.perAddress());
    if (!room) {
      refused++;
      return false;
    }
    pending++;
    inbound++;
    perAddress.merge(key, 1, Integer::sum);
    return true;
  }

  /**
   * Whether a quarter of the places of the unproven are taken, or half of those of that address:
   * the others are for who is where its packets say.
   */
  synchronized boolean scarce(InetAddress from) {
    return pending >= limits.pending() / 4
        || !from.isLoopbackAddress()
            && perAddress.getOrDefault(group(from), 0) >= limits.perAddress() / 2;
  }

  /** That connection has proven who it is, or failed. */
  synchronized void settled() {
    pending--;
  }

  synchronized void releaseInbound(InetAddress from) {
    inbound--;
    perAddress.computeIfPresent(group(from), (key, count) -> count == 1 ? null : count - 1);
  }

  synchronized boolean dial() {
    if (outbound >= limits.outbound()) {
      return false;
    }
    outbound++;
    return true;
  }

  synchronized void releaseOutbound() {
    outbound--;
  }

  synchronized boolean openStream() {
    if (inboundStreams >= limits.allInboundStreams()) {
      refused++;
      return false;
    }
    inboundStreams++;
    return true;
  }

  synchronized void releaseStream() {
    inboundStreams--;
  }

  synchronized int connections() {
    return inbound + outbound;
  }

  /** The counters as they are, for metrics and tests. */
  synchronized HostCounts counts() {
    return new HostCounts(pending, inbound, outbound, inboundStreams, perAddress.size(), refused);
  }

  private static String group(InetAddress address) {
    byte[] bytes = address.getAddress();
    return Arrays.toString(bytes.length == 4 ? bytes : Arrays.copyOf(bytes, 7));
  }
}
