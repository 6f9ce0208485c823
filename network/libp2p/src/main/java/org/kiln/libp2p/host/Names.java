package org.kiln.libp2p.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.plugin.Deadline;

/** From addresses to sockets, names looked up on the way. */
final class Names {
  private Names() {}

  static InetSocketAddress target(Multiaddr address, Deadline deadline) throws IOException {
    Optional<InetSocketAddress> socket = address.socket();
    if (socket.isPresent()) {
      return socket.get();
    }
    InetSocketAddress name =
        address
            .name()
            .orElseThrow(
                () ->
                    new IOException(
                        address.toString().startsWith("/dnsaddr/")
                            ? "/dnsaddr is not resolved"
                            : "neither plain TCP nor QUIC"));
    return resolve(name, deadline);
  }

  /**
   * Looks a name up on a thread of its own: the lookup blocks in native code, which would hold a
   * virtual thread's carrier for as long as a name server is silent.
   */
  private static InetSocketAddress resolve(InetSocketAddress name, Deadline deadline)
      throws IOException {
    CompletableFuture<InetSocketAddress> found = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("libp2p name " + name.getHostString())
        .start(() -> found.complete(new InetSocketAddress(name.getHostString(), name.getPort())));
    try {
      InetSocketAddress target =
          found.get(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
      if (target.isUnresolved()) {
        throw new IOException("unknown name " + target.getHostString());
      }
      return target;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("name " + name.getHostString() + " was not found in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
