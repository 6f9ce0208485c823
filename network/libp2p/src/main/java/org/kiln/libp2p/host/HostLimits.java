package org.kiln.libp2p.host;

/**
 * What the host lets peers have of it.
 *
 * @param inbound connections peers have dialled
 * @param outbound connections we have dialled
 * @param pending inbound connections that have not proven who they are
 * @param perPeer connections to one peer
 * @param perAddress inbound connections from one IPv4 address or IPv6 /56; loopback is exempt
 * @param inboundStreams streams one connection may have open to us
 * @param allInboundStreams streams all peers together may have open to us
 * @param trimAbove connections above which the least valuable are closed
 * @param trimTo how many are left then
 */
public record HostLimits(
    int inbound,
    int outbound,
    int pending,
    int perPeer,
    int perAddress,
    int inboundStreams,
    int allInboundStreams,
    int trimAbove,
    int trimTo) {
  /** The usual ones. */
  public static final HostLimits DEFAULT = new HostLimits(256, 256, 64, 2, 8, 256, 2048, 400, 300);
}
