package org.kiln.did.threeid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Document;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamReader;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;

/** A tile with two versions of its keys: one from time 100 on, the next from 200 on. */
class ThreeIdMethodTest {
  private static final Cid[] EVENTS = new Cid[5];
  private static final LogEntry.Kind[] KINDS = {
    LogEntry.Kind.INIT,
    LogEntry.Kind.DATA,
    LogEntry.Kind.TIME,
    LogEntry.Kind.DATA,
    LogEntry.Kind.TIME
  };

  static {
    for (byte i = 0; i < EVENTS.length; i++) {
      EVENTS[i] = Cid.sha256(Cid.DAG_CBOR, new byte[] {i});
    }
  }

  private static final StreamId STREAM = StreamId.of(0, EVENTS[0]);
  static final String DID = "did:3:" + STREAM;
  private static final String FIRST_KEY = "zQ3shbgnTGcgBpXPdBjDur3ATMDWhS7aPs6FRFkWR19Lb9Zwz";
  private static final String SECOND_KEY = "zQ3shyEDNJSUXDBpzbRZdaCHg51nypL5dYrmU9YQ5X92REXEk";
  private static final String AGREEMENT = "z6LSnkZe3JZPCo88XsdQVJi8j1TomzX2yRW7ZnvvWhmrSdmG";

  private final ThreeIdMethod method = new ThreeIdMethod(ThreeIdMethodTest::load);

  static StreamState load(StreamRef ref, Deadline deadline) throws DependencyMissingException {
    if (!ref.stream().equals(STREAM)) {
      throw new DependencyMissingException(Dependency.stream(ref.stream()), "not here");
    }
    int last = ref.event().map(List.of(EVENTS)::indexOf).orElse(EVENTS.length - 1);
    if (last < 0) {
      throw new DependencyMissingException(Dependency.stream(ref.stream()), "no such event");
    }
    List<LogEntry> log = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      LogEntry entry = LogEntry.of(EVENTS[i], KINDS[i]);
      if (last >= 2 && i <= 2) {
        entry = entry.at(Instant.ofEpochSecond(100));
      } else if (last >= 4) {
        entry = entry.at(Instant.ofEpochSecond(200));
      }
      log.add(entry);
    }
    Ipld content = last < 2 ? Ipld.NULL : last < 4 ? keys("a", FIRST_KEY) : keys("b", SECOND_KEY);
    return StreamState.of(
            STREAM,
            1,
            Document.of(content, Ipld.Map.EMPTY, Document.Signature.SIGNED),
            StreamLog.of(log))
        .with(AnchorStatus.ANCHORED);
  }

  private static Ipld.Map keys(String name, String key) {
    return Ipld.map(
        "publicKeys",
        Ipld.map(
            name,
            Ipld.of(key),
            "enc",
            Ipld.of(AGREEMENT),
            "odd",
            Ipld.of("z6MktvqCyLxTsXUH1tUZncNdVeEZ7hNh7npPRbUU27GTrYb8"),
            "bad",
            Ipld.of("z0")));
  }

  private DidDocument resolve(String url, OptionalLong at) throws DidException {
    Optional<Instant> moment =
        at.isPresent() ? Optional.of(Instant.ofEpochSecond(at.getAsLong())) : Optional.empty();
    return method.resolve(DidUrl.parse(url), new ResolveOptions(moment, Deadline.NONE));
  }

  private static Optional<Long> seconds(Optional<Instant> instant) {
    return instant.map(Instant::getEpochSecond);
  }

  @ParameterizedTest
  @CsvSource({
    "'', b, 200, ",
    "?versionTime=1970-01-01T00:03:20Z, b, 200, ",
    "?versionTime=1970-01-01T00:03:19Z, a, 100, 200",
    "?versionTime=1970-01-01T00%3A03%3A19Z, a, 100, 200"
  })
  void shouldResolveTheVersionInForce(String query, String key, Long updated, Long next)
      throws Exception {
    DidDocument document = resolve(DID + query, OptionalLong.empty());
    assertThat(document.verificationMethods().getFirst().id()).isEqualTo(DID + "#" + key);
    assertThat(seconds(document.updated())).isEqualTo(Optional.ofNullable(updated));
    assertThat(seconds(document.nextUpdate())).isEqualTo(Optional.ofNullable(next));
  }

  @ParameterizedTest
  @ValueSource(strings = {"versionId", "version-id"})
  void shouldResolveTheVersionOfACommit(String name) throws Exception {
    DidDocument document = resolve(DID + "?" + name + "=" + EVENTS[2], OptionalLong.of(1000));
    assertThat(document.verificationMethods().getFirst().id()).isEqualTo(DID + "#a");
    assertThat(seconds(document.nextUpdate())).contains(200L);
  }

  @Test
  void shouldResolveTheMomentTheCallerAsksFor() throws Exception {
    assertThat(resolve(DID, OptionalLong.of(199)).verificationMethods().getFirst().id())
        .isEqualTo(DID + "#a");
    assertThat(resolve(DID, OptionalLong.of(200)).verificationMethods().getFirst().id())
        .isEqualTo(DID + "#b");
  }

  @Test
  void shouldSortKeysByWhatTheyDo() throws Exception {
    DidDocument document = resolve(DID, OptionalLong.empty());
    assertThat(document.verificationMethods()).hasSize(2);
    assertThat(document.verificationMethods().get(0).algorithms()).isEqualTo(Set.of("ES256K"));
    assertThat(document.verificationMethods().get(0).publicKey()).hasSize(33);
    assertThat(document.verificationMethods().get(1).algorithms()).isEmpty();
    assertThat(((Ipld.List) document.json().get("keyAgreement").orElseThrow()).items()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "did:3:bafyreifggosi6ia5qksm2couvprbvq2h3jltjfn4qrcoio63fwitpivvmy, 3Box, false",
    "did:3:nothing, names no stream, false",
    "did:3:kjzl6hvfrbw6c5p9jxq2pgitr5m5ut1uuuwpgy00qr116ktli6j2vy8pthn74yg, no tile, false",
    "did:3:kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s, not here, true"
  })
  void shouldSayWhyItDoesNotResolve(String did, String why, boolean retryable) {
    assertThatThrownBy(() -> resolve(did, OptionalLong.empty()))
        .isInstanceOfSatisfying(
            DidException.class, e -> assertThat(e.retry().worthwhile()).isEqualTo(retryable))
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?versionId=0", "?versionId=x", "?versionTime=soon"})
  void rejectsVersionsWithoutKeys(String query) {
    assertThatThrownBy(() -> resolve(DID + query, OptionalLong.empty()))
        .isInstanceOf(DidException.class);
  }

  @Test
  void rejectsAnAccountThatIsControlledByItself() {
    AtomicReference<ThreeIdMethod> self = new AtomicReference<>();
    StreamReader circular =
        (ref, deadline) -> {
          try {
            self.get()
                .resolve(
                    DidUrl.parse("did:3:" + ref.stream()),
                    new ResolveOptions(Optional.empty(), deadline));
            throw new AssertionError("It went round");
          } catch (DidException e) {
            throw new DependencyMissingException(
                new Dependency.Did(ref.stream().toString()), e.getMessage());
          }
        };
    self.set(new ThreeIdMethod(circular));
    assertThatThrownBy(
            () ->
                self.get()
                    .resolve(
                        DidUrl.parse(DID), new ResolveOptions(Optional.empty(), Deadline.NONE)))
        .isInstanceOf(DidException.class)
        .hasMessageContaining("is controlled by itself");
  }
}
