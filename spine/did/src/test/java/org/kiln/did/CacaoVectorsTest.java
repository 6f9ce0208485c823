package org.kiln.did;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.identity.VerifiedSignature.Capability;
import org.kiln.ipld.DagJose;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;
import org.kiln.testkit.Vectors;

class CacaoVectorsTest {
  private static final StreamId STREAM =
      StreamId.parse("kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s");
  private static final Cid PAYLOAD = Fixture.cbor(new byte[] {(byte) 0xa0}).cid();

  /** Cases this node knowingly judges otherwise than the library alone: see the README's table. */
  private static final List<String> OTHERWISE =
      List.of("unicode-statement", "no-resources", "empty-resources");

  @TestFactory
  Stream<DynamicTest> shouldJudgeEveryCapabilityAsTheJavaScriptLibrary() {
    return Vectors.load("cacao").stream()
        .filter(entry -> entry.inputs().has("cacao"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () -> {
                      Optional<String> refusal = judge(entry);
                      JsonNode expected = entry.expected();
                      boolean ok = expected.get("ok").asBoolean();
                      if (OTHERWISE.contains(entry.name())) {
                        assertThat(refusal.isEmpty()).isNotEqualTo(ok);
                      } else {
                        assertThat(refusal.isEmpty()).as("%s", refusal).isEqualTo(ok);
                      }
                      String error = expected.path("error").asText();
                      if (error.contains("CACAO") || error.startsWith("Signature does not")) {
                        if (refusal.isPresent()) {
                          assertThat(refusal.get()).startsWith(error);
                        }
                      }
                    }));
  }

  private static Optional<String> judge(Vectors.Entry entry) {
    JsonNode inputs = entry.inputs();
    FixedExtensions registry = Fixture.extensions().build();
    Instant at = Instant.parse(inputs.get("verifyAt").asText());
    Duration phaseOut = Duration.ofSeconds(inputs.path("phaseOutSecs").asLong(0));
    EnvelopeVerifier verifier = Fixture.verifier(registry, at, phaseOut);
    Capabilities capabilities = new Capabilities(registry, VerifierSettings.DEFAULT);
    Block block = Fixture.cbor(Fixture.hex(inputs.get("blockHex")));
    assertThat(block.cid().toString()).isEqualTo(inputs.get("cid").asText());
    try {
      Capability capability = capabilities.verify(block, Deadline.NONE);
      String resource = capability.resources().stream().findFirst().orElse("ceramic://nothing");
      VerifiedSignature signature =
          new VerifiedSignature(
              DidUrl.parse(capability.audience()), "EdDSA", Optional.of(capability));
      verifier.authorize(
          signature,
          capability.issuer(),
          streamOf(resource),
          modelOf(resource),
          PAYLOAD,
          OptionalLong.empty());
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(e.getMessage());
    }
  }

  private static StreamId streamOf(String resource) {
    String text = resource.replace("ceramic://", "");
    return text.startsWith("k") ? StreamId.parse(text) : STREAM;
  }

  private static Optional<StreamId> modelOf(String resource) {
    String prefix = "ceramic://*?model=";
    return resource.startsWith(prefix)
        ? Optional.of(StreamId.parse(resource.substring(prefix.length())))
        : Optional.empty();
  }

  @TestFactory
  Stream<DynamicTest> shouldJudgeWholeSessions() {
    return Vectors.load("cacao").stream()
        .filter(entry -> entry.name().startsWith("session"))
        .filter(entry -> !entry.name().equals("session-bad-no-capability"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () -> {
                      Optional<String> refusal = judgeSession(entry.inputs());
                      assertThat(refusal)
                          .isEqualTo(
                              entry.expected().get("ok").asBoolean()
                                  ? Optional.empty()
                                  : Optional.of(entry.expected().get("error").asText()));
                    }));
  }

  @Test
  void rejectsAnEventWithoutTheCapabilityItNames() throws Exception {
    Vectors.Entry entry = entry("session-bad-no-capability");
    assertThat(entry.expected().get("ok").asBoolean()).isFalse();
    Jws jws = Fixture.jws(entry.inputs().get("jws"));
    Block event = Block.of(Cid.DAG_JOSE, DagJose.encode(jws));
    SignedEnvelope envelope =
        new SignedEnvelope(
            event, jws, jws.header(), Fixture.cbor(new byte[] {(byte) 0xa0}), Optional.empty());
    // The library, which was handed no capability, says that the key is not the issuer's.
    assertThatThrownBy(() -> Fixture.verifier().verify(envelope, Deadline.NONE))
        .isInstanceOf(UnverifiedException.class)
        .hasMessageStartingWith("The capability of the event is missing");
  }

  @Test
  void shouldLeaveOutNoEntry() {
    List<String> names = Vectors.load("cacao").stream().map(Vectors.Entry::name).toList();
    long judged = shouldJudgeEveryCapabilityAsTheJavaScriptLibrary().count();
    long sessions = shouldJudgeWholeSessions().count();
    assertThat(judged + sessions + 1).isEqualTo(names.size());
    assertThat(names).containsAll(OTHERWISE);
  }

  private static Vectors.Entry entry(String name) {
    return Vectors.load("cacao").stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<String> judgeSession(JsonNode inputs) throws Exception {
    Jws jws = Fixture.jws(inputs.get("jws"));
    Block capability =
        inputs.has("cacaoBlockHex")
            ? Fixture.cbor(Fixture.hex(inputs.get("cacaoBlockHex")))
            : Fixture.cbor(Fixture.ipld(inputs.get("capability")));
    String controller = inputs.path("issuer").asText(inputs.path("parent").asText());
    // The library was handed a capability beside the JWS, which need not be the one it names.
    Jws.Header header =
        new Jws.Header(jws.header().alg(), jws.header().kid(), Optional.of(capability.cid()));
    Block event = Block.of(Cid.DAG_JOSE, DagJose.encode(jws));
    Block payload = Fixture.cbor(new byte[] {(byte) 0xa0});
    SignedEnvelope envelope =
        new SignedEnvelope(event, jws, header, payload, Optional.of(capability));
    EnvelopeVerifier verifier = Fixture.verifier();
    try {
      VerifiedSignature verified = verifier.verify(envelope, Deadline.NONE);
      assertThat(verifier.trust(envelope)).isEqualTo(verified);
      verifier.authorize(
          verified, controller, STREAM, Optional.empty(), jws.payloadCid(), OptionalLong.empty());
      return Optional.empty();
    } catch (UnverifiedException e) {
      return Optional.of(e.getMessage());
    }
  }
}
