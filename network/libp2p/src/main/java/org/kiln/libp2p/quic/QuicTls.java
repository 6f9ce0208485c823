package org.kiln.libp2p.quic;

import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.key.PublicKey;

/** The libp2p TLS handshake of QUIC connections: each side proves its identity key. Thread-safe. */
public final class QuicTls {
  private static final String ALPN = "libp2p";

  private final InstantSource clock;
  private final QuicSslContext server;
  private final QuicSslContext client;

  /**
   * The handshake of that identity, with a certificate made for this run.
   *
   * @throws IOException when the JDK cannot make one
   */
  public QuicTls(HostKey identity, InstantSource clock) throws IOException {
    this(certificate(identity, clock), clock);
  }

  QuicTls(OwnCertificate own, InstantSource clock) {
    this.clock = clock;
    this.server =
        QuicSslContextBuilder.forServer(own.key(), null, own.certificate())
            .clientAuth(ClientAuth.REQUIRE)
            .trustManager(new Later())
            .applicationProtocols(ALPN)
            .build();
    this.client =
        QuicSslContextBuilder.forClient()
            .keyManager(own.key(), null, own.certificate())
            .trustManager(new Later())
            .applicationProtocols(ALPN)
            .build();
  }

  private static OwnCertificate certificate(HostKey identity, InstantSource clock)
      throws IOException {
    try {
      return OwnCertificate.of(identity, clock.instant());
    } catch (GeneralSecurityException e) {
      throw new IOException("No certificate for QUIC can be made: " + e.getMessage(), e);
    }
  }

  /** For connections that peers dial. */
  public QuicSslContext server() {
    return server;
  }

  /** For connections that we dial. */
  public QuicSslContext client() {
    return client;
  }

  /**
   * The identity key the peer of a connection has proven.
   *
   * @throws IOException when it has not
   */
  public PublicKey proven(QuicChannel channel) throws IOException {
    SSLEngine engine = channel.sslEngine();
    if (engine == null) {
      throw new IOException("The connection is closed");
    }
    try {
      Certificate[] chain = engine.getSession().getPeerCertificates();
      if (chain.length != 1) {
        throw new CertificateException("It comes with others");
      }
      return PeerCertificate.read(chain[0].getEncoded()).proven(clock.instant());
    } catch (SSLException | CertificateException e) {
      throw new IOException("The peer's certificate is not good: " + e.getMessage(), e);
    }
  }

  /**
   * Lets every certificate through the handshake; {@link #proven} judges it, and nothing is done
   * for the peer before. Netty (4.2.18) does not tell a peer whose certificate was refused within
   * the handshake, which then waits until it gives up; and here nothing is computed on the event
   * loop.
   */
  private static final class Later extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
