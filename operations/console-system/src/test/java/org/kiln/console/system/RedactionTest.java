package org.kiln.console.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final Redaction REDACTION =
      Redaction.of(
          Map.of(
              "org.apache.felix.https.keystore.password",
              "0123456789abcdef",
              "configurator.initial",
              "{\"org.kiln.anchor.evm\":{\"rpcUrls\":[\"eip155:1=https://user:Pa%2Fssword@rpc.example"
                  + "/v3/projectkey?token=t0ken123\"]},"
                  + "\"com.example\":{\"apiToken\":\"pluginsown\",\"name\":\"harmless\"}}"));

  @Test
  void shouldShowNoPasswordAndNoKey() {
    assertThat(
            REDACTION.of(
                "0123456789abcdef https://user:Pa%2Fssword@rpc.example/v3/projectkey?token=t0ken123"
                    + " Pa/ssword pluginsown"))
        .doesNotContain("0123456789abcdef")
        .doesNotContain("ssword")
        .doesNotContain("projectkey")
        .doesNotContain("t0ken123")
        .doesNotContain("pluginsown")
        .contains("rpc.example/v3/(not shown)");
  }

  @Test
  void shouldLeaveTheRestAsItIs() {
    String text = "org.kiln.anchor.evm rpcUrls eip155:1 rpc.example harmless user v3";
    assertThat(REDACTION.of(text)).isEqualTo(text);
  }
}
