package org.kiln.net.bitswap.internal;

import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.net.bitswap.Bitswap;
import org.kiln.net.bitswap.BitswapCounts;

/** Bitswap's counters for {@code /metrics}. */
final class BitswapMetrics implements Metrics {
  private final Bitswap bitswap;

  BitswapMetrics(Bitswap bitswap) {
    this.bitswap = bitswap;
  }

  @Override
  public List<Sample> samples() {
    BitswapCounts counts = bitswap.counts();
    return List.of(
        Sample.counter(
            "kiln_bitswap_blocks_sent_total", "Blocks given to peers.", counts.blocksSent()),
        Sample.counter(
            "kiln_bitswap_bytes_sent_total", "Bytes of blocks given to peers.", counts.bytesSent()),
        Sample.counter(
            "kiln_bitswap_blocks_received_total",
            "Blocks fetched from peers.",
            counts.blocksReceived()),
        Sample.counter(
            "kiln_bitswap_bytes_received_total",
            "Bytes of blocks fetched from peers.",
            counts.bytesReceived()),
        Sample.counter(
            "kiln_bitswap_blocks_unasked_total",
            "Blocks dropped because nobody had asked for them.",
            counts.blocksUnasked()),
        Sample.counter(
            "kiln_bitswap_blocks_repeated_total",
            "Blocks dropped because they had come before.",
            counts.blocksRepeated()),
        Sample.gauge(
            "kiln_bitswap_peer_wants", "Wants of peers remembered.", counts.wantsOfPeers()),
        Sample.gauge("kiln_bitswap_wants", "Blocks being fetched.", counts.wants()));
  }
}
