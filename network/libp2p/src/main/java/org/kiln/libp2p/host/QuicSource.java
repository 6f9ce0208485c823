package org.kiln.libp2p.host;

import io.netty.handler.codec.quic.Quic;
import java.io.IOException;
import java.time.InstantSource;
import org.kiln.libp2p.key.HostKey;
import org.kiln.libp2p.quic.QuicTls;

/** Where QUIC comes from: a library that may be missing, and a handshake. */
interface QuicSource {
  /** The native library that came with the node, and the system's clock. */
  QuicSource NATIVE =
      new QuicSource() {
        @Override
        public Throwable missing() {
          return Quic.unavailabilityCause();
        }

        @Override
        public QuicTls handshake(HostKey key) throws IOException {
          return new QuicTls(key, InstantSource.system());
        }
      };

  /** Why there is no library for this platform; null when there is one. Loads it. */
  Throwable missing();

  /** The handshake of that identity. */
  QuicTls handshake(HostKey key) throws IOException;
}
