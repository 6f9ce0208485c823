package org.kiln.itests.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes TCP connections on to a port of this machine, until the line is cut. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  CuttingProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("cutting proxy").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Breaks off what there is, and takes nothing new. */
  void cut() {
    cut = true;
    open.forEach(CuttingProxy::close);
  }

  void heal() {
    cut = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket from = server.accept();
        Socket to = new Socket();
        open.add(from);
        open.add(to);
        if (cut) {
          close(from);
          continue;
        }
        to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 10_000);
        pass(from, to);
        pass(to, from);
        if (cut) {
          close(from);
          close(to);
        }
      } catch (IOException e) {
        // Nobody listens at the other end, or this one is closed: the next one may do better.
        continue;
      }
    }
  }

  private void pass(Socket from, Socket to) {
    Thread.ofPlatform()
        .daemon()
        .name("cutting proxy line")
        .start(
            () -> {
              byte[] buffer = new byte[16 * 1024];
              try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                  out.write(buffer, 0, n);
                }
              } catch (IOException e) {
                // Cut, or closed at either end.
                close(from);
              }
              close(from);
              close(to);
              open.remove(from);
              open.remove(to);
            });
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("A socket does not close", e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
