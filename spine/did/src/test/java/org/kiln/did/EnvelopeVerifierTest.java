package org.kiln.did;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.did.CapabilitySignature.CapabilityException;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.identity.VerifiedSignature;
import org.kiln.core.identity.VerifiedSignature.Capability;
import org.kiln.ipld.Jws;
import org.kiln.ipld.event.SignedEnvelope;

/** The rules of the verifier with accounts, algorithms and capabilities made up for the purpose. */
class EnvelopeVerifierTest {
  private static final StreamId STREAM =
      StreamId.parse("kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s");
  private static final StreamId MODEL =
      StreamId.parse("kjzl6hvfrbw6c5p9jxq2pgitr5m5ut1uuuwpgy00qr116ktli6j2vy8pthn74yg");
  private static final Cid PAYLOAD = Fixture.cbor(new byte[] {(byte) 0xa0}).cid();
  private static final String SIGNER = "did:test:signer";
  private static final String WALLET = "did:pkh:eip155:1:0xAbCd";
  private static final long NOW = Fixture.NOW.getEpochSecond();
  private static final byte[] GOOD = {1};

  /** A method whose documents a test sets, with two keys: the second one fits. */
  private static final class TestMethod implements DidMethod {
    private Set<String> controllers = Set.of();
    private Optional<Instant> updated = Optional.empty();
    private Optional<Instant> nextUpdate = Optional.empty();
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public String method() {
      return "test";
    }

    @Override
    public DidDocument resolve(DidUrl url, ResolveOptions options) throws DidException {
      calls.incrementAndGet();
      if (url.did().identifier().equals("later")) {
        throw new DidException("notFound", "the stream is on its way", Retry.LATER);
      }
      if (url.did().identifier().equals("broken")) {
        throw new IllegalStateException("a bug");
      }
      List<VerificationMethod> keys =
          List.of(
              VerificationMethod.of(
                  url.did() + "#one", Set.of("TEST"), new byte[] {0}, Ipld.Map.EMPTY),
              VerificationMethod.of(url.did() + "#two", Set.of("TEST"), GOOD, Ipld.Map.EMPTY),
              VerificationMethod.of(url.did() + "#new", Set.of("NEWER"), GOOD, Ipld.Map.EMPTY));
      return DidDocument.of(url.did(), keys, Ipld.Map.EMPTY)
          .withControllers(controllers)
          .inForce(updated, nextUpdate);
    }
  }

  /** Knows one key, and leaves nothing as it was. */
  private static final class TestSuite implements SignatureSuite {
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public String alg() {
      return "TEST";
    }

    @Override
    public String provider() {
      return "test";
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
      calls.incrementAndGet();
      boolean fits = publicKey[0] == 1 && signature.length == 1 && signature[0] == 1;
      // Nobody else may need what a plugin was given.
      Stream.of(publicKey, message, signature).forEach(given -> Arrays.fill(given, (byte) 9));
      return fits;
    }
  }

  /** Takes every capability, unless told otherwise; counts. */
  private static final class TestCapability implements CapabilitySignature {
    private final AtomicInteger calls = new AtomicInteger();
    private Optional<CapabilityException> refusal = Optional.empty();

    @Override
    public String type() {
      return "test";
    }

    @Override
    public void verify(Ipld.Map cacao, Deadline deadline) throws CapabilityException {
      calls.incrementAndGet();
      if (refusal.isPresent()) {
        throw refusal.get();
      }
    }
  }

  private final TestMethod method = new TestMethod();
  private final TestSuite suite = new TestSuite();
  private final TestCapability signature = new TestCapability();
  private final EnvelopeVerifier verifier =
      Fixture.verifier(
          FixedExtensions.builder()
              .add(DidMethod.class, "test", method)
              .add(DidMethod.class, "pkh", new org.kiln.did.pkh.PkhDidMethod())
              .add(SignatureSuite.class, "TEST", suite)
              .add(CapabilitySignature.class, "test", signature)
              .build(),
          Fixture.NOW,
          Duration.ofHours(24));

  private static SignedEnvelope envelope(String kid, String alg, Optional<Ipld.Map> capability)
      throws Exception {
    Optional<Block> block = capability.map(Fixture::cbor);
    String cap = block.map(b -> ",\"cap\":\"ipfs://" + b.cid() + "\"").orElse("");
    String header = "{\"alg\":\"" + alg + "\",\"kid\":\"" + kid + "\"" + cap + "}";
    Jws jws = new Jws(PAYLOAD.bytes(), header.getBytes(StandardCharsets.UTF_8), GOOD);
    return Fixture.envelope(jws, new byte[] {(byte) 0xa0}, block);
  }

  private static Ipld.Map cacao(Object... more) {
    Ipld.Map payload =
        Ipld.map(
            "iss", Ipld.of(WALLET.toLowerCase(Locale.ROOT)),
            "aud", Ipld.of(SIGNER),
            "iat", Ipld.of("2026-02-01T00:00:00.000Z"),
            "exp", Ipld.of("2026-02-08T00:00:00.500Z"),
            "resources", Ipld.list(Ipld.of("ceramic://*")));
    for (int i = 0; i < more.length; i += 2) {
      payload = payload.with((String) more[i], (Ipld) more[i + 1]);
    }
    return Ipld.map(
        "h", Ipld.map("t", Ipld.of("caip122")),
        "p", payload,
        "s", Ipld.map("t", Ipld.of("test"), "s", Ipld.of("x")));
  }

  private static VerifiedSignature signed(Optional<Capability> capability) {
    return new VerifiedSignature(DidUrl.parse(SIGNER + "#two"), "TEST", capability);
  }

  private static Capability capability(String issuer, String audience, String... resources) {
    return new Capability(
        PAYLOAD,
        issuer,
        audience,
        List.of(resources),
        OptionalLong.of(NOW),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private void authorize(VerifiedSignature by, String controller) throws Exception {
    verifier.authorize(by, controller, STREAM, Optional.of(MODEL), PAYLOAD, OptionalLong.empty());
  }

  @Test
  void shouldTryTheNamedKeyFirstAndThenTheOthers() throws Exception {
    verifier.verify(envelope(SIGNER + "#two", "TEST", Optional.empty()), Deadline.NONE);
    assertThat(suite.calls).hasValue(1);
    verifier.verify(envelope(SIGNER + "#none", "TEST", Optional.empty()), Deadline.NONE);
    assertThat(suite.calls).hasValue(3);
  }

  @Test
  void shouldResolveADidOnce() throws Exception {
    for (int i = 0; i < 5; i++) {
      verifier.verify(envelope(SIGNER, "TEST", Optional.empty()), Deadline.NONE);
    }
    assertThat(method.calls).hasValue(1);
  }

  @Test
  void shouldVerifyACapabilityOnceButRefuseItAgain() throws Exception {
    SignedEnvelope envelope = envelope(SIGNER, "TEST", Optional.of(cacao()));
    signature.refusal =
        Optional.of(new CapabilityException("Signature does not belong to issuer", Retry.NEVER));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> verifier.verify(envelope, Deadline.NONE))
          .isInstanceOf(UnverifiedException.class)
          .hasMessage("Signature does not belong to issuer");
    }
    signature.refusal = Optional.empty();
    verifier.verify(envelope, Deadline.NONE);
    verifier.verify(envelope, Deadline.NONE);
    assertThat(signature.calls).hasValue(3);
  }

  @Test
  void shouldTrustOurOwnLogWithoutVerifying() throws Exception {
    SignedEnvelope envelope = envelope(SIGNER, "TEST", Optional.of(cacao()));
    VerifiedSignature trusted = verifier.trust(envelope);
    assertThat(suite.calls).hasValue(0);
    assertThat(signature.calls).hasValue(0);
    assertThat(trusted).isEqualTo(verifier.verify(envelope, Deadline.NONE));
    assertThat(trusted.expiration())
        .hasValue(Instant.parse("2026-02-08T00:00:00Z").getEpochSecond());
  }

  @ParameterizedTest
  @CsvSource({
    "did:nope:1, TEST, did-method:nope",
    "did:test:signer, NEWER, alg:NEWER",
    "did:test:later, TEST, did:did:test:later",
    "did:test:broken, TEST, did-method:test"
  })
  void shouldSayWhatIsMissing(String kid, String alg, String missing) throws Exception {
    SignedEnvelope envelope = envelope(kid, alg, Optional.empty());
    assertThatThrownBy(() -> verifier.verify(envelope, Deadline.NONE))
        .isInstanceOfSatisfying(
            DependencyMissingException.class, e -> assertThat(e.missing()).hasToString(missing));
  }

  @Test
  void shouldSayWhichCapabilityTypeIsMissing() throws Exception {
    Ipld.Map cacao = cacao().with("s", Ipld.map("t", Ipld.of("eip6492"), "s", Ipld.of("x")));
    SignedEnvelope envelope = envelope(SIGNER, "TEST", Optional.of(cacao));
    assertThatThrownBy(() -> verifier.verify(envelope, Deadline.NONE))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).hasToString("cacao-type:eip6492"))
        .hasMessageStartingWith("Unsupported CACAO signature type, register the needed verifier");
  }

  @Test
  void shouldWaitForACapabilityThatCannotBeCheckedNow() throws Exception {
    signature.refusal = Optional.of(new CapabilityException("no chain", Retry.LATER));
    SignedEnvelope envelope = envelope(SIGNER, "TEST", Optional.of(cacao()));
    assertThatThrownBy(() -> verifier.verify(envelope, Deadline.NONE))
        .isInstanceOf(DependencyMissingException.class)
        .hasMessage("no chain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "HS256", "RS256", "XYZ"})
  void rejectsAlgorithmsNoKeyHas(String alg) throws Exception {
    SignedEnvelope envelope = envelope(SIGNER, alg, Optional.empty());
    assertThatThrownBy(() -> verifier.verify(envelope, Deadline.NONE))
        .isInstanceOf(UnverifiedException.class)
        .hasMessage("not_supported: Unsupported algorithm " + alg);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "aud", "iat"})
  void rejectsACapabilityWithout(String member) throws Exception {
    Ipld.Map payload = ((Ipld.Map) cacao().get("p").orElseThrow()).without(member);
    SignedEnvelope envelope = envelope(SIGNER, "TEST", Optional.of(cacao().with("p", payload)));
    assertThatThrownBy(() -> verifier.verify(envelope, Deadline.NONE))
        .isInstanceOf(UnverifiedException.class)
        .hasMessageContaining(member);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iat", "nbf", "exp"})
  void rejectsATimeItCannotRead(String member) throws Exception {
    SignedEnvelope envelope =
        envelope(SIGNER, "TEST", Optional.of(cacao(member, Ipld.of("next week"))));
    assertThatThrownBy(() -> verifier.verify(envelope, Deadline.NONE))
        .isInstanceOf(UnverifiedException.class)
        .hasMessageContaining("its " + member + " is no RFC 3339 time");
  }

  @Test
  void rejectsACapabilityOtherThanTheNamedOne() throws Exception {
    SignedEnvelope right = envelope(SIGNER, "TEST", Optional.of(cacao()));
    Block other = Fixture.cbor(cacao("nbf", Ipld.of("2026-02-01T00:00:00Z")));
    SignedEnvelope wrong =
        new SignedEnvelope(
            right.envelope(), right.jws(), right.header(), right.payload(), Optional.of(other));
    assertThatThrownBy(() -> verifier.verify(wrong, Deadline.NONE))
        .isInstanceOf(UnverifiedException.class);
    assertThatThrownBy(() -> verifier.trust(wrong)).isInstanceOf(UnverifiedException.class);
  }

  @Test
  void shouldLetTheControllerSign() {
    assertThatCode(() -> authorize(signed(Optional.empty()), SIGNER)).doesNotThrowAnyException();
  }

  @Test
  void shouldIgnoreTheLetterCaseOfEvmAddressesOnly() {
    Optional<Capability> evm = Optional.of(capability(WALLET, SIGNER, "ceramic://*"));
    assertThatCode(() -> authorize(signed(evm), WALLET.toLowerCase(Locale.ROOT)))
        .doesNotThrowAnyException();
    String solana = "did:pkh:solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:AbCd";
    Optional<Capability> other = Optional.of(capability(solana, SIGNER, "ceramic://*"));
    assertThatThrownBy(() -> authorize(signed(other), solana.replace("AbCd", "abcd")))
        .hasMessage("invalid_jws: not a valid verificationMethod for issuer: " + SIGNER + "#two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"did:key:z6Mk", "did:pkh:eip155:1:0x", "did:3:", "did:"})
  void rejectsControllersWithoutEnd(String prefix) {
    String controller = prefix + "z".repeat(100_000) + ":x";
    assertThatThrownBy(() -> authorize(signed(Optional.empty()), controller))
        .isInstanceOf(UnverifiedException.class)
        .hasMessageContaining("characters is too long");
  }

  @ParameterizedTest
  @CsvSource({
    "ceramic://*, true",
    "ceramic://kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s, true",
    "ceramic://*?model=kjzl6hvfrbw6c5p9jxq2pgitr5m5ut1uuuwpgy00qr116ktli6j2vy8pthn74yg, true",
    "kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s, false",
    "ceramic://*?model=kh4q0ozorrgaq2mezktnrmdwleo1d, false",
    "ceramic://**, false",
    "CERAMIC://*, false",
    "*, false"
  })
  void shouldReadResourcesAsExactTexts(String resource, boolean allowed) {
    Optional<Capability> capability = Optional.of(capability(WALLET, SIGNER, "ipfs://x", resource));
    if (allowed) {
      assertThatCode(() -> authorize(signed(capability), WALLET)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> authorize(signed(capability), WALLET))
          .hasMessage("Capability does not have appropriate permissions to update this Stream");
    }
  }

  @Test
  void shouldAllowOnePayload() {
    String resource = STREAM.url() + "?payload=";
    assertThatCode(
            () ->
                authorize(
                    signed(Optional.of(capability(WALLET, SIGNER, resource + PAYLOAD))), WALLET))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () ->
                authorize(
                    signed(Optional.of(capability(WALLET, SIGNER, resource + STREAM.init()))),
                    WALLET))
        .hasMessage("Capability does not have appropriate permissions to update this Stream");
  }

  @Test
  void rejectsACapabilityForSomeoneElseEvenFromTheController() {
    Optional<Capability> capability =
        Optional.of(capability(WALLET, "did:test:other", "ceramic://*"));
    assertThatThrownBy(() -> authorize(signed(capability), SIGNER))
        .isInstanceOf(UnverifiedException.class)
        .hasMessageContaining("was not granted permission by capability");
  }

  @ParameterizedTest
  @CsvSource({
    // seconds of iat, nbf and exp relative to the moment
    "300, , , ''",
    "301, , , CACAO is not valid yet",
    "0, 300, , ''",
    "0, 301, , CACAO is not valid yet",
    "-900000, , -86700, ''",
    "-900000, , -86701, CACAO has expired"
  })
  void shouldAllowForClocksAndForTheTimestampOnItsWay(
      long iat, Long nbf, Long exp, String refusal) {
    Capability capability =
        new Capability(
            PAYLOAD,
            WALLET,
            SIGNER,
            List.of("ceramic://*"),
            OptionalLong.of(1_000_000 + iat),
            nbf == null ? OptionalLong.empty() : OptionalLong.of(1_000_000 + nbf),
            exp == null ? OptionalLong.empty() : OptionalLong.of(1_000_000 + exp));
    if (refusal.isEmpty()) {
      assertThatCode(() -> authorizeAt(capability, 1_000_000)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> authorizeAt(capability, 1_000_000)).hasMessage(refusal);
    }
  }

  private void authorizeAt(Capability capability, long at) throws Exception {
    verifier.authorize(
        signed(Optional.of(capability)),
        WALLET,
        STREAM,
        Optional.empty(),
        PAYLOAD,
        OptionalLong.of(at));
  }

  @Test
  void shouldLetTheControllersControllerActForIt() {
    method.controllers = Set.of(SIGNER);
    assertThatCode(() -> authorize(signed(Optional.empty()), "did:test:child"))
        .doesNotThrowAnyException();
    method.controllers = Set.of(WALLET);
    Optional<Capability> capability = Optional.of(capability(WALLET, SIGNER, "ceramic://*"));
    assertThatCode(() -> authorize(signed(capability), "did:test:other"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> authorize(signed(Optional.empty()), "did:test:third"))
        .hasMessageStartingWith("invalid_jws: not a valid verificationMethod");
  }

  @Test
  void shouldKnowWhoMayNeverSign() {
    Capability expired =
        new Capability(
            PAYLOAD,
            WALLET,
            SIGNER,
            List.of("ceramic://*"),
            OptionalLong.of(1),
            OptionalLong.empty(),
            OptionalLong.of(2));
    // It has held once, and an event of that time may have its time event.
    assertThatCode(() -> authorizeEver(Optional.of(expired), WALLET)).doesNotThrowAnyException();
    assertThatCode(() -> authorizeEver(Optional.empty(), SIGNER)).doesNotThrowAnyException();
    assertThatThrownBy(() -> authorizeEver(Optional.empty(), WALLET))
        .isInstanceOf(UnverifiedException.class);
    Capability elsewhere = capability(WALLET, SIGNER, "ceramic://*?model=" + STREAM);
    assertThatThrownBy(() -> authorizeEver(Optional.of(elsewhere), WALLET))
        .hasMessage("Capability does not have appropriate permissions to update this Stream");
  }

  @Test
  void shouldNotSayNeverOfAControllerWhoseDocumentChanges() {
    method.controllers = Set.of("did:test:somebody");
    assertCannotBeTold("did:test:child");
    // Now it names nobody, as one that never has; or it has gone.
    method.controllers = Set.of();
    assertCannotBeTold("did:test:orphan");
    assertCannotBeTold("did:test:later");
    assertThatThrownBy(() -> authorizeEver(Optional.empty(), "no DID"))
        .isInstanceOf(UnverifiedException.class);
  }

  private void assertCannotBeTold(String controller) {
    assertThatThrownBy(() -> authorizeEver(Optional.empty(), controller))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).isEqualTo(new Dependency.Did(controller)));
  }

  private void authorizeEver(Optional<Capability> capability, String controller) throws Exception {
    verifier.authorizeEver(signed(capability), controller, STREAM, Optional.of(MODEL), PAYLOAD);
  }

  @Test
  void shouldSayThatTheControllersMethodIsMissing() {
    assertThatThrownBy(() -> authorize(signed(Optional.empty()), "did:web:example.com"))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).hasToString("did-method:web"))
        .hasMessageContaining("no DID method 'web' is installed");
  }

  @ParameterizedTest
  @CsvSource({
    "1000, , 86400, ''",
    "1000, , 87399, ''",
    "1000, , 87400, a revoked DID version",
    "1000, , , a revoked DID version",
    ", 1000, 1000, ''",
    ", 1000, 999, before creation of DID version",
    ", 1000, , ''"
  })
  void shouldHoldSignaturesToTheVersionOfTheirKeys(
      Long nextUpdate, Long updated, Long atTime, String refusal) {
    method.nextUpdate = Optional.ofNullable(nextUpdate).map(Instant::ofEpochSecond);
    method.updated = Optional.ofNullable(updated).map(Instant::ofEpochSecond);
    OptionalLong at = atTime == null ? OptionalLong.empty() : OptionalLong.of(atTime);
    var call =
        assertThatCode(
            () ->
                verifier.authorize(
                    signed(Optional.empty()), SIGNER, STREAM, Optional.empty(), PAYLOAD, at));
    if (refusal.isEmpty()) {
      call.doesNotThrowAnyException();
    } else {
      call.isInstanceOf(UnverifiedException.class).hasMessageContaining(refusal);
    }
  }

  @Test
  void shouldKnowWhatStandsAtAnotherTime() {
    List<String> signer = List.of("did:test:other", SIGNER);
    assertThat(stands(signed(Optional.empty()), signer, NOW - 5)).isTrue();
    assertThat(stands(signed(Optional.empty()), List.of(WALLET), NOW)).isFalse();
    Capability week =
        new Capability(
            PAYLOAD,
            WALLET,
            SIGNER,
            List.of("ceramic://*"),
            OptionalLong.of(NOW),
            OptionalLong.of(NOW + 10),
            OptionalLong.of(NOW + 20));
    List<String> wallet = List.of(WALLET.toLowerCase(Locale.ROOT));
    for (long time : new long[] {NOW + 10, NOW + 20}) {
      assertThat(stands(signed(Optional.of(week)), wallet, time)).isTrue();
    }
    for (long time : new long[] {NOW - 1, NOW + 9, NOW + 21}) {
      assertThat(stands(signed(Optional.of(week)), wallet, time)).isFalse();
    }
    method.updated = Optional.of(Instant.ofEpochSecond(1));
    VerifiedSignature versioned =
        new VerifiedSignature(DidUrl.parse("did:test:versions#two"), "TEST", Optional.empty());
    assertThat(stands(versioned, List.of("did:test:versions"), NOW)).isFalse();
  }

  private boolean stands(VerifiedSignature signature, List<String> controllers, long time) {
    return verifier
        .validity(signature, controllers)
        .filter(validity -> verifier.standsAt(validity, time))
        .isPresent();
  }
}
