package org.kiln.anchor.evm;

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
}
