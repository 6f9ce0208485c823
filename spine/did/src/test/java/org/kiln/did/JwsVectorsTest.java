package org.kiln.did;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;
import org.kiln.testkit.Vectors;

class JwsVectorsTest {
  private static final StreamId STREAM =
      StreamId.parse("kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s");

  /** Sentences clients know; other failures of the library are its parsers' own words. */
  private static final Set<String> KNOWN =
      Set.of("invalid_signature: Signature invalid for JWT", "No \"kid\" found in jws");

  private final EnvelopeVerifier verifier = Fixture.verifier();

  @TestFactory
  Stream<DynamicTest> shouldJudgeEverySignatureAsTheJavaScriptLibrary() {
    return Vectors.load("jws").stream()
        .filter(entry -> entry.inputs().has("jws"))
        .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> judge(entry)));
  }

  private void judge(Vectors.Entry entry) throws Exception {
    JsonNode expected = entry.expected();
    Jws jws = Fixture.jws(entry.inputs().get("jws"));
    if (expected.get("ok").asBoolean()) {
      VerifiedSignature signature = verify(entry, jws);
      assertThat(signature.kid().toString()).isEqualTo(expected.get("kid").asText());
      return;
    }
    String error = expected.get("error").asText();
    if (error.endsWith("unsupportedDidMethod")) {
      assertThatThrownBy(() -> verify(entry, jws))
          .isInstanceOfSatisfying(
              DependencyMissingException.class,
              e -> assertThat(e.missing()).hasToString("did-method:example"))
          .hasMessageStartingWith(error);
      return;
    }
    assertThatThrownBy(() -> verify(entry, jws))
        .isInstanceOf(UnverifiedException.class)
        .message()
        .satisfies(
            message -> {
              if (KNOWN.contains(error) || error.startsWith("invalid_jws")) {
                assertThat(message).isEqualTo(error);
              }
              if (error.contains("invalidDid")) {
                assertThat(message).startsWith(error.substring(0, error.indexOf(", ")));
              }
            });
  }

  private VerifiedSignature verify(Vectors.Entry entry, Jws jws) throws Exception {
    VerifiedSignature signature = verifier.verify(jws, Deadline.NONE);
    if (entry.inputs().has("issuer")) {
      String issuer = entry.inputs().get("issuer").asText();
      verifier.authorize(
          signature, issuer, STREAM, Optional.empty(), jws.payloadCid(), OptionalLong.empty());
    }
    return signature;
  }

  @TestFactory
  Stream<DynamicTest> shouldVerifyTheEnvelopesOfEvents() {
    return Vectors.load("jws").stream()
        .filter(entry -> entry.inputs().has("jwsBlockHex"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () -> {
                      Jws jws =
                          org.kiln.ipld.DagJose.decode(
                              Fixture.hex(entry.inputs().get("jwsBlockHex")));
                      byte[] payload = Fixture.hex(entry.inputs().get("linkedBlockHex"));
                      SignedEnvelope envelope = Fixture.envelope(jws, payload, Optional.empty());
                      VerifiedSignature verified = verifier.verify(envelope, Deadline.NONE);
                      assertThat(verified.kid().did().value())
                          .isEqualTo(entry.inputs().get("did").asText());
                      assertThat(verifier.trust(envelope)).isEqualTo(verified);
                      Cid cid = envelope.payload().cid();
                      assertThatCode(
                              () ->
                                  verifier.authorize(
                                      verified,
                                      entry.inputs().get("did").asText(),
                                      STREAM,
                                      Optional.empty(),
                                      cid,
                                      OptionalLong.empty()))
                          .doesNotThrowAnyException();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> shouldVerifyRequestsOfAdministrators() {
    return Vectors.load("jws").stream()
        .filter(entry -> entry.inputs().has("compact"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () -> {
                      Jws jws = Jws.parseCompact(entry.inputs().get("compact").asText());
                      assertThat(verifier.verify(jws, Deadline.NONE).kid().did().value())
                          .isEqualTo(entry.inputs().get("did").asText());
                      byte[] other = jws.payload().clone();
                      other[0] ^= 1;
                      Jws changed = new Jws(other, jws.protectedHeader(), jws.signature());
                      assertThatThrownBy(() -> verifier.verify(changed, Deadline.NONE))
                          .isInstanceOf(UnverifiedException.class)
                          .hasMessage("invalid_signature: Signature invalid for JWT");
                    }));
  }

  @Test
  void shouldLeaveOutNoEntry() {
    long judged =
        shouldJudgeEverySignatureAsTheJavaScriptLibrary().count()
            + shouldVerifyRequestsOfAdministrators().count();
    // did-key and did-pkh resolve these.
    long documents =
        Vectors.load("jws").stream().filter(entry -> entry.name().startsWith("resolve-")).count();
    assertThat(judged + documents).isEqualTo(Vectors.load("jws").size());
  }
}
