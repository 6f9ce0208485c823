package org.kiln.libp2p.quic;

import io.netty.handler.codec.quic.QuicStreamChannel;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Netty's table of a connection's streams. Netty (4.2.18) takes a stream out of it when the peer's
 * side has ended in order, and never when one of both was reset: a peer could fill our memory by
 * opening and resetting. It has the method to take one out, but not for us, so that it is called
 * behind its back; {@code QuicTest} fails when a newer version has none.
 */
final class StreamTable {
  private static final MethodHandle REMOVE = find();

  private StreamTable() {}

  private static MethodHandle find() {
    try {
      Class<?> connection =
          Class.forName(
              "io.netty.handler.codec.quic.QuicheQuicChannel",
              false,
              QuicStreamChannel.class.getClassLoader());
      return MethodHandles.privateLookupIn(connection, MethodHandles.lookup())
          .findVirtual(connection, "streamClosed", MethodType.methodType(void.class, long.class))
          .asType(MethodType.methodType(void.class, Object.class, long.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This version of Netty's QUIC is not the one known", e);
    }
  }

  /** Takes out a stream that is closed, and that QUIC was told to read no more; on its loop. */
  static void remove(QuicStreamChannel closed) {
    try {
      REMOVE.invokeExact((Object) closed.parent(), closed.streamId());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
