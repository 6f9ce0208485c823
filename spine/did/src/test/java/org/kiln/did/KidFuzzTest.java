package org.kiln.did;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.ipld.Jws;

/** Headers and capabilities from strangers: refused with a sentence, never with a crash. */
class KidFuzzTest {
  private final EnvelopeVerifier verifier = Fixture.verifier();

  @FuzzTest(maxDuration = "20s")
  void didUrls(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    try {
      DidUrl url = DidUrl.parse(text);
      assertThat(url.toString()).isEqualTo(text);
      assertThat(url.did().value()).startsWith("did:" + url.did().method() + ":");
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "20s")
  void headers(FuzzedDataProvider data) {
    byte[] signature = data.consumeBytes(64);
    String kid = data.consumeRemainingAsString().replace("\\", "").replace("\"", "");
    String header = "{\"alg\":\"EdDSA\",\"kid\":\"" + kid + "\"}";
    Jws jws = new Jws(new byte[] {1}, header.getBytes(StandardCharsets.UTF_8), signature);
    assertRefused(() -> verifier.verify(jws, Deadline.NONE));
  }

  @FuzzTest(maxDuration = "20s")
  void capabilities(FuzzedDataProvider data) {
    Block block = Block.of(Cid.DAG_CBOR, data.consumeRemainingAsBytes());
    assertRefused(() -> Cacao.read(block));
  }

  private interface Check {
    void run() throws Exception;
  }

  private static void assertRefused(Check check) {
    try {
      check.run();
    } catch (UnverifiedException | DependencyMissingException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
