package org.kiln.libp2p.host;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.Duplex;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.mplex.Mplex;
import org.kiln.libp2p.multistream.Multistream;
import org.kiln.libp2p.mux.Muxer;
import org.kiln.libp2p.noise.Noise;
import org.kiln.libp2p.yamux.Yamux;

/**
 * Makes a connection for streams out of a socket: agrees on Noise, does its handshake, agrees on a
 * multiplexer. Blocks, and reads no more of the peer than each step needs; handlers then take over
 * with what was read too far. Thread-safe.
 */
final class Upgrader {
  private final Noise noise;
  private final List<String> muxers;
  private final Set<PeerId> allowedPeers;

  Upgrader(HostKey key, HostSettings settings) {
    this.muxers = settings.muxers();
    this.noise = new Noise(key, settings.earlyMuxers() ? muxers : List.of());
    this.allowedPeers = settings.allowedPeers();
  }

  /**
   * Upgrades a connection whose pipeline ends in that {@link ChannelIo}.
   *
   * @param expected whom we dialled, null when the peer dialled
   * @throws IOException when the peer is not up to it; the caller closes the channel
   */
  Connection upgrade(
      Channel channel, ChannelIo io, PeerId expected, Connection connection, Deadline deadline)
      throws IOException {
    boolean dialled = expected != null;
    agree(io, List.of(Noise.ID), dialled, deadline);
    Noise.Secured secured = noise.handshake(io, dialled, expected, deadline);
    PeerId peer = secured.remote().peerId();
    if (!allowedPeers.isEmpty() && !allowedPeers.contains(peer)) {
      throw new IOException("Peer " + peer + " is not one of the peers allowed");
    }
    inLoop(
        channel,
        deadline,
        () -> {
          ChannelPipeline pipeline = channel.pipeline();
          byte[] ahead = io.leftOver();
          String before = pipeline.context(io).name();
          pipeline.addBefore(before, "noise", secured.channel());
          if (ahead.length > 0) {
            secured.channel().channelRead(pipeline.context("noise"), Unpooled.wrappedBuffer(ahead));
          }
        });
    String chosen =
        secured.muxer().isPresent() ? secured.muxer().get() : agree(io, muxers, dialled, deadline);
    Muxer muxer =
        chosen.equals(Mplex.ID)
            ? new Mplex(channel, connection)
            : new Yamux(channel, dialled, connection);
    connection.ready(secured.remote(), chosen, muxer);
    return connection;
  }

  /** Hands the pipeline over to the multiplexer, and lets the peer's bytes flow. */
  void release(Channel channel, ChannelIo io, Connection connection, Deadline deadline)
      throws IOException {
    inLoop(
        channel,
        deadline,
        () -> {
          byte[] ahead = io.leftOver();
          channel.pipeline().replace(io, "muxer", connection.muxer());
          if (ahead.length > 0) {
            channel.pipeline().context("noise").fireChannelRead(Unpooled.wrappedBuffer(ahead));
          }
          if (channel.isActive()) {
            channel.config().setAutoRead(true);
          } else {
            channel.pipeline().context("noise").fireChannelInactive();
          }
        });
  }

  private static String agree(Duplex io, List<String> protocols, boolean propose, Deadline deadline)
      throws IOException {
    if (propose) {
      return Multistream.propose(io, protocols, deadline)
          .orElseThrow(() -> new IOException("The peer speaks none of " + protocols));
    }
    return Multistream.answer(io, id -> protocols.contains(id) ? id : null, deadline);
  }

  private interface Step {
    void run() throws Exception;
  }

  private static void inLoop(Channel channel, Deadline deadline, Step step) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    channel
        .eventLoop()
        .execute(
            () -> {
              try {
                step.run();
                done.complete(null);
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            });
    try {
      done.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("The connection could not be upgraded: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while a connection became ready", e);
    }
  }
}
