package org.kiln.anchor.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.ipld.Car;

/** What anybody may send to the service: a request it understands, or 400; never a crash. */
class RequestFuzzTest {

  @FuzzTest(maxDuration = "20s")
  void json(byte[] body) {
    read(new Call(body, Map.of("Content-Type", "application/json")));
  }

  @FuzzTest(maxDuration = "20s")
  void cars(byte[] body) {
    read(new Call(body, Map.of("Content-Type", "application/vnd.ipld.car")));
  }

  /** The block that says what is asked for. */
  @FuzzTest(maxDuration = "20s")
  void roots(byte[] block) {
    Block root = Block.of(Cid.DAG_CBOR, block);
    byte[] car = new Car(List.of(root.cid()), List.of(root)).write();
    read(new Call(car, Map.of("Content-Type", "application/vnd.ipld.car")));
  }

  /** The header, and what is signed in it. */
  @FuzzTest(maxDuration = "20s")
  void credentials(FuzzedDataProvider data) {
    boolean wrapped = data.consumeBoolean();
    String text = data.consumeRemainingAsString();
    String header = wrapped ? "Bearer " + jws(text) : text;
    ClientGate gate = new ClientGate(new KeyVerifier(), Set.of("*"), Optional.empty());
    try {
      assertThat(
              gate.pass(new Call(new byte[0], Map.of("Authorization", header)), Optional.empty()))
          .isNotBlank();
    } catch (HttpProblem refused) {
      assertThat(refused.status()).isEqualTo(403);
    }
  }

  private static String jws(String payload) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String header = "{\"alg\":\"EdDSA\",\"kid\":\"did:key:x#x\"}";
    return base64.encodeToString(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64.encodeToString(payload.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64.encodeToString(new byte[64]);
  }

  private static void read(HttpCall call) {
    try {
      AnchorRequest request = AnchorRequest.of(call);
      assertThat(request.tip().digest()).hasSize(32);
    } catch (HttpProblem refused) {
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.getMessage()).startsWith("Not an anchor request");
    }
  }

  private record Call(byte[] body, Map<String, String> headers) implements HttpCall {
    @Override
    public String method() {
      return "POST";
    }

    @Override
    public String path() {
      return "/api/v0/requests";
    }

    @Override
    public String variable(String name) {
      return "";
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> queries() {
      return Map.of();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }

    @Override
    public Deadline deadline() {
      return Deadline.NONE;
    }
  }
}
