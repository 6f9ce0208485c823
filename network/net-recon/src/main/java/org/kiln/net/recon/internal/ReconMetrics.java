package org.kiln.net.recon.internal;

import java.util.ArrayList;
import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.net.recon.Recon;
import org.kiln.net.recon.ReconCounts;
import org.kiln.net.recon.model.EventSpace;
import org.kiln.net.recon.peer.PeerRing;

/** Recon's counters for {@code /metrics}: under our names, and under ceramic-one's. */
final class ReconMetrics implements Metrics {
  private final Recon recon;
  private final EventSpace events;
  private final PeerRing ring;

  ReconMetrics(Recon recon, EventSpace events, PeerRing ring) {
    this.recon = recon;
    this.events = events;
    this.ring = ring;
  }

  @Override
  public List<Sample> samples() {
    List<Sample> samples = new ArrayList<>(ofCeramicOne());
    samples.addAll(own());
    return samples;
  }

  private List<Sample> ofCeramicOne() {
    List<Sample> samples = new ArrayList<>();
    recon
        .messages()
        .received()
        .forEach((kind, count) -> samples.add(messages("received", kind, count)));
    recon.messages().sent().forEach((kind, count) -> samples.add(messages("sent", kind, count)));
    samples.addAll(
        recon
            .took()
            .samples(
                "recon_protocol_run_duration",
                "Duration of protocol runs to completion",
                List.of()));
    return samples;
  }

  private static Sample messages(String way, String kind, long count) {
    return new Sample(
        "recon_protocol_message_" + way + "_count_total",
        Type.COUNTER,
        "Number times a message is " + way,
        List.of("message_type", kind),
        count);
  }

  private List<Sample> own() {
    ReconCounts counts = recon.counts();
    return List.of(
        Sample.gauge(
            "kiln_recon_interests",
            "Ranges of events wanted of other nodes.",
            events.interests().size()),
        Sample.gauge(
            "kiln_recon_in_sync_peers",
            "Peers that had the same events when they were last talked to.",
            recon.inSync(events)),
        Sample.gauge("kiln_recon_ring_keys", "Peer keys that hold.", ring.peers().size()),
        Sample.gauge("kiln_recon_talking", "Conversations under way.", counts.talking()),
        Sample.counter(
            "kiln_recon_conversations_total",
            "Conversations that ended well.",
            counts.conversations()),
        Sample.counter(
            "kiln_recon_failures_total", "Conversations that did not.", counts.failures()),
        Sample.counter(
            "kiln_recon_refused_total", "Conversations that were not had.", counts.refused()),
        Sample.counter(
            "kiln_recon_received_total",
            "Events and peer keys that were new here.",
            counts.received()),
        Sample.counter(
            "kiln_recon_bad_total", "Events and peer keys that were refused.", counts.bad()),
        Sample.counter("kiln_recon_sent_total", "Events and peer keys sent.", counts.sent()),
        Sample.counter("kiln_recon_read_bytes_total", "Bytes of messages read.", counts.bytesIn()),
        Sample.counter(
            "kiln_recon_written_bytes_total", "Bytes of messages written.", counts.bytesOut()));
  }
}
