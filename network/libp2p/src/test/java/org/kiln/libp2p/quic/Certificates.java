package org.kiln.libp2p.quic;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import org.kiln.libp2p.key.HostKey;

/** Certificates that are not what they should be, each for one reason. */
public enum Certificates {
  GOOD,
  EXPIRED,
  NOT_YET_VALID,
  WITHOUT_EXTENSION,
  OF_SOMEBODY_ELSE,
  VOUCHED_FOR_ANOTHER_KEY;

  private static final byte[] OTHER_EXTENSION = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x07};

  OwnCertificate make(HostKey identity, Instant now) {
    try {
      return OwnCertificate.of(subjectKey -> claims(identity, now, subjectKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private OwnCertificate.Claims claims(HostKey identity, Instant now, byte[] subjectKey) {
    byte[] vouched = PeerCertificate.vouched(subjectKey);
    if (this == VOUCHED_FOR_ANOTHER_KEY) {
      vouched[vouched.length - 1] ^= 1;
    }
    HostKey signer = this == OF_SOMEBODY_ELSE ? HostKey.random() : identity;
    String to = this == EXPIRED ? "20200101000000Z" : "99991231235959Z";
    return new OwnCertificate.Claims(
        this == NOT_YET_VALID ? now.plusSeconds(86_400) : Instant.parse("2019-01-01T00:00:00Z"),
        to.getBytes(StandardCharsets.US_ASCII),
        identity.publicKey().encode(),
        signer.sign(vouched),
        this == WITHOUT_EXTENSION ? OTHER_EXTENSION : PeerCertificate.LIBP2P);
  }

  /** A handshake that shows such a certificate, and looks at the peer's as it should. */
  public QuicTls handshake(HostKey identity) {
    return new QuicTls(make(identity, Instant.now()), InstantSource.system());
  }
}
