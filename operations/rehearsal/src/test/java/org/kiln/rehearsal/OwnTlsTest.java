package org.kiln.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnTlsTest {
  @Test
  void shouldWriteNamesOfCertificatesAsHosts() {
    assertThat(OwnTls.host(2, "kiln.example")).contains("kiln.example");
    assertThat(OwnTls.host(2, "*.example")).contains("any.example");
    assertThat(OwnTls.host(7, "127.0.0.1")).contains("127.0.0.1");
    assertThat(OwnTls.host(7, "0:0:0:0:0:0:0:1")).contains("[0:0:0:0:0:0:0:1]");
    assertThat(OwnTls.host(1, "somebody@kiln.example")).isEmpty();
  }
}
