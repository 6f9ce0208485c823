package org.kiln.rehearsal;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS to the server in this very process. Its certificate is for the names that clients use, from
 * whatever authority the operator trusts, and is not looked at: what is sent is public, and nothing
 * that is answered is believed.
 */
final class OwnTls {
  /** As RFC 5280 numbers them. */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

  private OwnTls() {}

  /** TLS on that connection, which is closed with it. */
  static SSLSocket over(Socket connected, String host, int port) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(connected, host, port, true);
      socket.startHandshake();
      return socket;
    } catch (GeneralSecurityException e) {
      throw new IOException("This Java has no TLS", e);
    }
  }

  /** A name that the server is called by; it refuses requests under names it has no proof of. */
  static Optional<String> name(SSLSocket socket) throws IOException {
    try {
      X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      Collection<List<?>> names = own.getSubjectAlternativeNames();
      return names == null
          ? Optional.empty()
          : names.stream()
              .flatMap(name -> host((Integer) name.get(0), name.get(1).toString()).stream())
              .findFirst();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }

  /** An alternative name as a Host header has it; empty for a kind that is none of a server. */
  static Optional<String> host(int kind, String name) {
    return switch (kind) {
      case DNS_NAME -> Optional.of(name.replace("*", "any"));
      case IP_ADDRESS -> Optional.of(name.contains(":") ? "[" + name + "]" : name);
      default -> Optional.empty();
    };
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new UnsupportedOperationException("This is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new UnsupportedOperationException("This is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw new UnsupportedOperationException("This is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
