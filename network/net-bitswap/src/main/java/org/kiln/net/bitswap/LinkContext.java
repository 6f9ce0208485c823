package org.kiln.net.bitswap;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.api.net.PeerNetwork;

/** What the links to all peers have in common. */
final class LinkContext {
  private static final int READERS = 8;
  private static final int LARGE_FRAMES = 32;

  final PeerNetwork network;
  final BlockSource source;
  final BitswapLimits limits;
  final PendingWants awaited = new PendingWants();
  final Semaphore wantRoom;

  /** Those who read blocks from the store; fair, so that no peer starves the others. */
  final Semaphore readers = new Semaphore(READERS, true);

  /** Large messages being read at a time. */
  final Semaphore largeFrames = new Semaphore(LARGE_FRAMES, true);

  final LongAdder blocksSent = new LongAdder();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder blocksReceived = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder blocksUnasked = new LongAdder();
  final LongAdder blocksRepeated = new LongAdder();

  LinkContext(PeerNetwork network, BlockSource source, BitswapLimits limits) {
    this.network = network;
    this.source = source;
    this.limits = limits;
    this.wantRoom = new Semaphore(limits.wants());
  }
}
