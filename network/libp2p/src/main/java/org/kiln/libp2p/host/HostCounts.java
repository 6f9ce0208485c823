package org.kiln.libp2p.host;

/**
 * What peers have of the host at one moment.
 *
 * @param pending inbound connections that have not proven who they are
 * @param inbound connections peers have dialled, pending ones included
 * @param outbound connections we have dialled, or are dialling
 * @param inboundStreams streams peers have open to us
 * @param addresses addresses that inbound connections come from
 * @param refused connections and streams turned away since the start
 */
public record HostCounts(
    int pending, int inbound, int outbound, int inboundStreams, int addresses, long refused) {}
