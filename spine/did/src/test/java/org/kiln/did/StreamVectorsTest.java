package org.kiln.did;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.SignedEnvelope;
import org.kiln.testkit.Vectors;

/** Whole streams written through sessions, against what a real daemon took and refused. */
class StreamVectorsTest {
  private static final String WRAPPED = "Can not verify signature for commit ";

  private record Header(String controller, Optional<StreamId> model) {}

  @TestFactory
  Stream<DynamicTest> shouldTakeAndRefuseWhatTheDaemonDid() {
    return Vectors.load("mid").stream()
        .filter(entry -> entry.name().startsWith("cacao-"))
        .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> replay(entry)));
  }

  private static void replay(Vectors.Entry entry) throws Exception {
    EnvelopeVerifier verifier = Fixture.verifier();
    Map<String, Header> headers = new HashMap<>();
    for (int i = 0; i < entry.inputs().get("steps").size(); i++) {
      JsonNode step = entry.inputs().get("steps").get(i);
      JsonNode expected = entry.expected().get("steps").get(i);
      String stream = step.get("streamId").asText();
      Ipld.Map payload = (Ipld.Map) DagCbor.decode(Fixture.hex(step.get("linkedBlockHex")));
      if (step.get("kind").asText().equals("create")) {
        headers.put(stream, header((Ipld.Map) payload.get("header").orElseThrow()));
      }
      Optional<String> refusal = judge(verifier, step, stream, headers.get(stream));
      assertThat(refusal.isEmpty())
          .as("step %s: %s", i, refusal)
          .isEqualTo(expected.get("accepted").asBoolean());
      String error = expected.path("jsCeramicError").asText();
      if (error.startsWith(WRAPPED)) {
        // The vectors keep the first 400 characters of a message.
        String tail = error.substring(error.indexOf("controller DID ") + 15);
        assertThat(headers.get(stream).controller() + ": " + refusal.orElseThrow())
            .startsWith(tail);
      }
    }
  }

  private static Header header(Ipld.Map header) {
    Ipld.List controllers = (Ipld.List) header.get("controllers").orElseThrow();
    Optional<StreamId> model =
        header.get("model").map(value -> StreamId.of(((Ipld.Bytes) value).value()));
    return new Header(((Ipld.Text) controllers.items().getFirst()).value(), model);
  }

  private static Optional<String> judge(
      EnvelopeVerifier verifier, JsonNode step, String stream, Header header) throws Exception {
    Map<Cid, Block> blocks = new HashMap<>();
    Block event = Block.of(Cid.DAG_JOSE, Fixture.hex(step.get("eventHex")));
    blocks.put(event.cid(), event);
    for (String name : new String[] {"linkedBlockHex", "cacaoBlockHex"}) {
      if (step.has(name)) {
        Block block = Fixture.cbor(Fixture.hex(step.get(name)));
        blocks.put(block.cid(), block);
      }
    }
    try {
      SignedEnvelope envelope =
          EventDecoder.decode(event.cid(), EventDecoder.Blocks.of(blocks)).envelope().orElseThrow();
      Jws jws = DagJose.decode(event.data());
      assertThat(envelope.jws().signingInput()).isEqualTo(jws.signingInput());
      VerifiedSignature verified = verifier.verify(envelope, Deadline.NONE);
      verifier.authorize(
          verified,
          header.controller(),
          StreamId.parse(stream),
          header.model(),
          envelope.payload().cid(),
          OptionalLong.empty());
      return Optional.empty();
    } catch (CodecException | UnverifiedException e) {
      return Optional.of(e.getMessage());
    }
  }
}
