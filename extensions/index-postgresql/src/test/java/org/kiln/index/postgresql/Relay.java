package org.kiln.index.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Between a node and its server, as a network is that forgets a connection without a word. */
final class Relay implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> nodes = new CopyOnWriteArrayList<>();
  private final List<Socket> servers = new CopyOnWriteArrayList<>();
  private final int target;

  Relay(int target) throws IOException {
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket node = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        nodes.add(node);
        servers.add(server);
        Thread.ofVirtual().start(() -> pass(node, server));
        Thread.ofVirtual().start(() -> pass(server, node));
      }
    } catch (IOException closed) {
      assert closed != null;
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException closed) {
      assert closed != null;
    }
  }

  /** The node sees that its connections are gone; the server does not. */
  void loseWhoIsConnected() throws IOException {
    for (Socket node : nodes) {
      node.close();
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : nodes) {
      socket.close();
    }
    for (Socket socket : servers) {
      socket.close();
    }
  }
}
