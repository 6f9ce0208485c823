package org.kiln.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.cert.CertificateException;
import java.time.Instant;

/** No certificate does worse than to be refused. */
class PeerCertificateFuzzTest {
  @FuzzTest
  void rejectsWhatIsNoCertificate(byte[] der) {
    try {
      assertThat(PeerCertificate.read(der).proven(Instant.EPOCH)).isNotNull();
    } catch (CertificateException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
