package org.kiln.libp2p.mux;

import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.util.Collection;
import org.kiln.api.plugin.Deadline;

/**
 * Many streams over one connection. A pipeline handler that is fed heap buffers (see {@link
 * org.kiln.libp2p.noise.NoiseChannel}). Its methods may be called by any thread.
 */
public interface Muxer extends ChannelHandler {
  /** Takes the streams a peer opens, and hears of the end. Called on the event loop. */
  interface Listener {
    /**
     * A peer opens a stream.
     *
     * @return whether it is taken; else it is reset
     */
    boolean opened(MuxStream stream);

    /** The stream has ended, whoever opened it. */
    void gone(MuxStream stream);

    /** The connection is no longer usable; streams have failed. */
    void closed(String reason);

    /** Nothing was heard for so long that it may end, and no word here asks whether anybody is. */
    default void silent() {}
  }

  /**
   * Opens a stream.
   *
   * @throws IOException when the connection takes no new streams or the deadline passes
   */
  MuxStream open(Deadline deadline) throws IOException;

  /** The streams there are. */
  Collection<MuxStream> streams();

  /** Whether new streams can be opened. */
  boolean open();

  /** Round trip last measured, in milliseconds; -1 when not known. */
  double roundTripMs();

  /** Looks after what depends on time; to be called every few seconds. */
  void tick();

  /** Says goodbye to the peer where the protocol has a word for it. */
  void farewell();
}
