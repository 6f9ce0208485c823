package org.kiln.libp2p.host;

import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.net.PeerInfo;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.identify.IdentifyMessage;
import org.kiln.libp2p.key.PublicKey;
import org.kiln.libp2p.mux.MuxStream;
import org.kiln.libp2p.mux.Muxer;

/** A connection to a peer, from the socket on. Thread-safe once it is ready. */
final class Connection implements Muxer.Listener {
  /** Takes what happens on connections. */
  interface Owner {
    /** The peer opens a stream; whether there is room for it. */
    boolean opened(Connection connection, MuxStream stream);

    /** A stream has ended, whoever had opened it. */
    void gone(Connection connection, MuxStream stream);

    /** Nothing was heard of the peer for long, and the connection may end for that. */
    void silent(Connection connection);
  }

  private static final int MAX_PUSHES = 10;
  private static final double PUSH_EVERY_NANOS = 5e9;

  private final Channel channel;
  private final Multiaddr address;
  private final boolean outbound;
  private final Owner owner;
  private final int maxInboundStreams;
  private final Instant since = Instant.now();
  private final long sinceNanos = System.nanoTime();
  private final AtomicInteger inboundStreams = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile PublicKey remote;
  private volatile PeerId peer;
  private volatile String muxerId;
  private volatile Muxer muxer;
  private volatile long busyNanos = System.nanoTime();
  private volatile IdentifyMessage identified = IdentifyMessage.EMPTY;
  private volatile boolean said;
  private double pushAllowance = MAX_PUSHES;
  private long lastPushNanos = System.nanoTime();

  Connection(
      Channel channel, Multiaddr address, boolean outbound, Owner owner, int maxInboundStreams) {
    this.channel = channel;
    this.address = address;
    this.outbound = outbound;
    this.owner = owner;
    this.maxInboundStreams = maxInboundStreams;
  }

  /** The peer has proven who it is. */
  void ready(PublicKey provenKey, String chosenMuxer, Muxer session) {
    this.remote = provenKey;
    this.peer = provenKey.peerId();
    this.muxerId = chosenMuxer;
    this.muxer = session;
  }

  PublicKey remote() {
    return remote;
  }

  PeerId peer() {
    return peer;
  }

  Multiaddr address() {
    return address;
  }

  Muxer muxer() {
    return muxer;
  }

  boolean outbound() {
    return outbound;
  }

  long sinceNanos() {
    return sinceNanos;
  }

  Channel channel() {
    return channel;
  }

  IdentifyMessage identified() {
    return identified;
  }

  /** Whether the peer has said what it speaks. */
  boolean hasSaid() {
    return said;
  }

  void identified(IdentifyMessage message) {
    identified = message;
    said = true;
  }

  /** One push in 5 s, ten at once after a quiet time. */
  synchronized boolean mayPush() {
    long now = System.nanoTime();
    pushAllowance = Math.min(MAX_PUSHES, pushAllowance + (now - lastPushNanos) / PUSH_EVERY_NANOS);
    lastPushNanos = now;
    if (pushAllowance < 1) {
      return false;
    }
    pushAllowance--;
    return true;
  }

  boolean usable() {
    return channel.isActive() && muxer.open();
  }

  /** Nanoseconds without any stream. */
  long idleNanos() {
    if (!muxer.streams().isEmpty()) {
      busyNanos = System.nanoTime();
      return 0;
    }
    return System.nanoTime() - busyNanos;
  }

  PeerInfo info() {
    return PeerInfo.of(peer, address)
        .connected(outbound, since)
        .muxer(muxerId)
        .agent(identified.agent().orElse(""))
        .protocols(identified.protocols())
        .listenAddresses(identified.listen())
        .build();
  }

  @Override
  public boolean opened(MuxStream stream) {
    busyNanos = System.nanoTime();
    if (inboundStreams.incrementAndGet() > maxInboundStreams) {
      inboundStreams.decrementAndGet();
      return false;
    }
    if (!owner.opened(this, stream)) {
      inboundStreams.decrementAndGet();
      return false;
    }
    return true;
  }

  @Override
  public void gone(MuxStream stream) {
    busyNanos = System.nanoTime();
    if (!stream.outbound()) {
      inboundStreams.decrementAndGet();
    }
    owner.gone(this, stream);
  }

  @Override
  public void closed(String reason) {
    channel.close();
  }

  @Override
  public void silent() {
    owner.silent(this);
  }

  /** Says goodbye and closes. */
  void close() {
    if (closing.compareAndSet(false, true)) {
      if (muxer != null && channel.isActive()) {
        muxer.farewell();
      }
      channel.eventLoop().execute(channel::close);
    }
  }

  /** Opens a stream. */
  MuxStream open(Deadline deadline) throws IOException {
    return muxer.open(deadline);
  }

  @Override
  public String toString() {
    return (outbound ? "to " : "from ") + peer + " at " + address;
  }
}
