package org.kiln.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.libp2p.key.HostKey;

class PeerCertificateTest {
  private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");

  private final HostKey identity = HostKey.random();

  private byte[] der(Certificates kind) throws CertificateException {
    return kind.make(identity, NOW).certificate().getEncoded();
  }

  @Test
  void shouldProveTheIdentityKey() throws Exception {
    byte[] der = OwnCertificate.of(identity, NOW).certificate().getEncoded();
    assertThat(PeerCertificate.read(der).proven(NOW)).isEqualTo(identity.publicKey());
    assertThat(PeerCertificate.read(der(Certificates.GOOD)).proven(NOW))
        .isEqualTo(identity.publicKey());
  }

  @Test
  void rejectsTimesThatAreOut() throws Exception {
    PeerCertificate old = PeerCertificate.read(der(Certificates.EXPIRED));
    assertThatThrownBy(() -> old.proven(NOW))
        .isInstanceOf(CertificateExpiredException.class)
        .hasMessage("It was valid until 2020-01-01T00:00:00Z");
    assertThat(old.proven(Instant.parse("2019-12-31T23:59:59Z"))).isNotNull();
    PeerCertificate early = PeerCertificate.read(der(Certificates.NOT_YET_VALID));
    assertThatThrownBy(() -> early.proven(NOW))
        .isInstanceOf(CertificateNotYetValidException.class)
        .hasMessage("It is valid from 2030-06-02T12:00:00Z on");
  }

  @ParameterizedTest
  @CsvSource({
    "WITHOUT_EXTENSION, It has no libp2p extension",
    "OF_SOMEBODY_ELSE, The identity key has not signed the certificate's key",
    "VOUCHED_FOR_ANOTHER_KEY, The identity key has not signed the certificate's key"
  })
  void rejectsWhatProvesNothing(Certificates kind, String message) throws Exception {
    byte[] der = der(kind);
    assertThatThrownBy(() -> PeerCertificate.read(der).proven(NOW))
        .isInstanceOf(CertificateException.class)
        .hasMessage(message);
  }

  @Test
  void rejectsEveryChangeOfAByte() throws Exception {
    byte[] der = der(Certificates.GOOD);
    for (int at = 0; at < der.length; at++) {
      byte[] changed = der.clone();
      changed[at] ^= 0x55;
      assertThatThrownBy(() -> PeerCertificate.read(changed).proven(NOW))
          .as("byte %d", at)
          .isInstanceOf(CertificateException.class);
    }
  }

  @Test
  void rejectsEveryPart() throws Exception {
    byte[] der = der(Certificates.GOOD);
    for (int length = 0; length < der.length; length++) {
      byte[] part = java.util.Arrays.copyOf(der, length);
      assertThatThrownBy(() -> PeerCertificate.read(part))
          .as("%d bytes", length)
          .isInstanceOf(CertificateException.class);
    }
    assertThatThrownBy(() -> PeerCertificate.read(java.util.Arrays.copyOf(der, der.length + 1)))
        .hasMessageContaining("There is more at");
    assertThatThrownBy(() -> PeerCertificate.read(new byte[PeerCertificate.MAX_BYTES + 1]))
        .hasMessageContaining("It has 16385 bytes");
  }
}
