package org.kiln.itests.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.kiln.itests.harness.Distribution;
import org.kiln.itests.harness.NodeProcess;

/**
 * Lets a test in the browser kill a node ({@code /kill}) and start it again where it was ({@code
 * /start}). Closes the node as it is by then.
 */
final class NodeSwitch implements AutoCloseable {
  private final HttpServer server;
  private final Distribution kiln;
  private final String[] flags;
  private NodeProcess node;

  NodeSwitch(NodeProcess node, Distribution kiln, String... flags) throws IOException {
    this.node = node;
    this.kiln = kiln;
    this.flags = flags.clone();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/kill", exchange -> answer(exchange, this::kill));
    server.createContext("/start", exchange -> answer(exchange, this::start));
    server.start();
  }

  /** Where it listens. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private interface Action {
    void run() throws IOException, InterruptedException;
  }

  private static void answer(HttpExchange exchange, Action action) throws IOException {
    int status = 200;
    try {
      action.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      status = 500;
    } catch (IOException | IllegalStateException e) {
      status = 500;
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private synchronized void kill() throws InterruptedException {
    node.kill();
  }

  private synchronized void start() throws IOException, InterruptedException {
    node = node.again(kiln, flags);
  }

  @Override
  public synchronized void close() {
    server.stop(0);
    node.close();
  }
}
