package org.kiln.api.net;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A connected peer, as known at one moment. Immutable. */
public final class PeerInfo {
  private final PeerId id;
  private final Multiaddr address;
  private final boolean outbound;
  private final Instant since;
  private final String muxer;
  private final String agent;
  private final Set<String> protocols;
  private final List<Multiaddr> listenAddresses;

  private PeerInfo(Builder with) {
    this.id = with.id;
    this.address = with.address;
    this.outbound = with.outbound;
    this.since = with.since;
    this.muxer = with.muxer;
    this.agent = with.agent;
    this.protocols = with.protocols;
    this.listenAddresses = with.listenAddresses;
  }

  /**
   * Begins to describe a peer.
   *
   * @param id its peer id
   * @param address where the connection leads, without the peer id
   */
  public static Builder of(PeerId id, Multiaddr address) {
    return new Builder(id, address);
  }

  /** Its peer id, proven by the connection's handshake. */
  public PeerId id() {
    return id;
  }

  /** Where the connection leads, without the peer id. */
  public Multiaddr address() {
    return address;
  }

  /** Whether we dialled it. */
  public boolean outbound() {
    return outbound;
  }

  /** When the connection stood. */
  public Instant since() {
    return since;
  }

  /** Stream multiplexer of the connection, for example {@code /yamux/1.0.0}. */
  public String muxer() {
    return muxer;
  }

  /** Its agent version, empty when unknown. */
  public String agent() {
    return agent;
  }

  /** Ids of the protocols it accepts, empty until it has said so. */
  public Set<String> protocols() {
    return protocols;
  }

  /** Where it says it listens; hearsay. */
  public List<Multiaddr> listenAddresses() {
    return listenAddresses;
  }

  @Override
  public String toString() {
    return "PeerInfo[" + address + ", " + id + "]";
  }

  /** Describes a peer; what is not said is empty. For one thread. */
  public static final class Builder {
    private final PeerId id;
    private final Multiaddr address;
    private boolean outbound;
    private Instant since = Instant.EPOCH;
    private String muxer = "";
    private String agent = "";
    private Set<String> protocols = Set.of();
    private List<Multiaddr> listenAddresses = List.of();

    private Builder(PeerId id, Multiaddr address) {
      this.id = id;
      this.address = address;
    }

    /** Whether we dialled it, and when the connection stood. */
    public Builder connected(boolean byUs, Instant at) {
      outbound = byUs;
      since = at;
      return this;
    }

    /** The connection's stream multiplexer. */
    public Builder muxer(String name) {
      muxer = name;
      return this;
    }

    /** Its agent version. */
    public Builder agent(String version) {
      agent = version;
      return this;
    }

    /** The protocols it accepts. */
    public Builder protocols(Set<String> ids) {
      protocols = Set.copyOf(ids);
      return this;
    }

    /** Where it says it listens. */
    public Builder listenAddresses(List<Multiaddr> addresses) {
      listenAddresses = List.copyOf(addresses);
      return this;
    }

    /** The peer, as described so far. */
    public PeerInfo build() {
      return new PeerInfo(this);
    }
  }
}
