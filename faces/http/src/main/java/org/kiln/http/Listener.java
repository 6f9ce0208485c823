package org.kiln.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.http.HttpManners;
import org.kiln.core.node.Metrics.Sample;
import org.kiln.core.node.Metrics.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A further address on which the server listens, in plain HTTP. What comes in by it carries its
 * name, and finds only the routes that say they are on it. An address that cannot be had does not
 * keep the node from starting: log, status and metrics say so. Thread-safe.
 */
public final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int IDLE_MS = 60_000;

  private final String name;
  private final String address;
  private final String setting;
  private final AtomicReference<ServerSocketChannel> channel = new AtomicReference<>();
  private volatile String listensOn = "";
  private volatile String problem;

  /**
   * A listener that does not listen yet.
   *
   * @param name what routes call it
   * @param address {@code host:port}, an IPv6 host in brackets; empty for none
   * @param setting the node's setting that says where, for messages
   */
  public Listener(String name, String address, String setting) {
    this.name = name;
    this.address = address.strip();
    this.setting = setting;
    this.problem = this.address.isEmpty() ? setting + " names no address" : "not opened yet";
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /**
   * Takes the address.
   *
   * @return whether it could be had; a server is given {@link #connector} only then
   */
  public boolean bind() {
    if (address.isEmpty()) {
      return false;
    }
    ServerSocketChannel opened = null;
    try {
      opened = ServerSocketChannel.open();
      opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      opened.bind(new InetSocketAddress(InetAddress.getByName(host()), port()));
      channel.set(opened);
      listensOn = printed(opened);
      problem = null;
      LOG.info("HTTP listener {} on http://{}", name, listensOn);
      return true;
    } catch (IOException | RuntimeException e) {
      close(opened);
      problem = reason(e);
      LOG.warn(
          "HTTP listener {} does not listen on {}: {}. The node runs without it; set {} to another"
              + " address, or to nothing, and start the node again.",
          name,
          address,
          problem,
          setting);
      return false;
    }
  }

  private String host() {
    String host = address.substring(0, address.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private String printed(ServerSocketChannel opened) {
    return address.substring(0, address.lastIndexOf(':') + 1) + opened.socket().getLocalPort();
  }

  /**
   * What serves the address. A server that is started once more gets another one.
   *
   * @throws UncheckedIOException when the address cannot be had any more
   */
  public Connector connector(Server server) {
    ServerConnector connector =
        new ServerConnector(server, new HttpConnectionFactory(configuration()));
    connector.setName(name);
    connector.setHost(host());
    connector.setPort(port());
    connector.setIdleTimeout(IDLE_MS);
    ServerSocketChannel taken = channel.getAndSet(null);
    if (taken != null) {
      try {
        connector.open(taken);
      } catch (IOException e) {
        close(taken);
        throw new UncheckedIOException(e);
      }
    }
    return connector;
  }

  /** Gives the address back if no server has it. */
  public void close() {
    close(channel.getAndSet(null));
  }

  private static void close(ServerSocketChannel opened) {
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        LOG.debug("A listener's socket was not closed: {}", e.getMessage());
      }
    }
  }

  private static String reason(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(true);
    configuration.setUriCompliance(UriCompliance.LEGACY);
    configuration.addCustomizer(this::named);
    return configuration;
  }

  private Request named(Request request, HttpFields.Mutable answer) {
    request.setAttribute(HttpManners.LISTENER, name);
    return request;
  }

  /** {@code {address, listening, problem?}}. */
  public Ipld status() {
    String reason = problem;
    Map<String, Ipld> members = new LinkedHashMap<>();
    members.put("address", Ipld.of(reason == null ? listensOn : address));
    members.put("listening", reason == null ? Ipld.TRUE : Ipld.FALSE);
    if (reason != null) {
      members.put("problem", Ipld.of(reason));
    }
    return new Ipld.Map(members);
  }

  /** Whether it listens. */
  public List<Sample> samples() {
    return List.of(
        new Sample(
            "kiln_http_listening",
            Type.GAUGE,
            "1 while a further HTTP listener listens, 0 when it has no address or cannot have it.",
            List.of("listener", name),
            problem == null ? 1 : 0));
  }
}
