package org.kiln.anchor.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.kiln.api.plugin.Deadline;

class JsonRpcTest {
  @Test
  void shouldNotRepeatTheKeyThatAProviderRepeats() throws Exception {
    String key = "9aa3d95b3bc440fa88ea12eaa4456161";
    try (FakeRpc provider = new FakeRpc();
        JsonRpc rpc = new JsonRpc(URI.create(provider.url() + "/v3/" + key + "?token=s3cr3t77"))) {
      provider.error("eth_chainId", "invalid project id " + key + " (s3cr3t77), see 127.0.0.1");
      assertThatThrownBy(() -> rpc.call("eth_chainId", Deadline.in(Duration.ofMinutes(1))))
          .isInstanceOf(JsonRpc.RpcException.class)
          .hasMessage("invalid project id … (…), see 127.0.0.1");
    }
  }

  @Test
  void shouldSendThePasswordOfTheUrlAndRepeatItInNoForm() throws Exception {
    try (FakeRpc provider = new FakeRpc();
        JsonRpc rpc =
            new JsonRpc(
                URI.create(provider.url().toString().replace("://", "://user:pass%2Fw0rd-1@")))) {
      provider.error("eth_chainId", "bad pass/w0rd-1 in Basic dXNlcjpwYXNzL3cwcmQtMQ==");
      assertThatThrownBy(() -> rpc.call("eth_chainId", Deadline.in(Duration.ofMinutes(1))))
          .isInstanceOf(JsonRpc.RpcException.class)
          .hasMessage("bad … in Basic …");
      assertThat(provider.authorizations()).containsExactly("Basic dXNlcjpwYXNzL3cwcmQtMQ==");
    }
  }
}
