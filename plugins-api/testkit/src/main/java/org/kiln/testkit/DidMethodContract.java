package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.did.VerificationMethod;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;

/**
 * What the node expects of every DID method: documents of the DID that was asked for, with keys it
 * can use, the same for all threads; and a {@link DidException} with a sentence for everything
 * else. Subclass it and hand it a method with a DID that it resolves.
 */
public abstract class DidMethodContract {
  private static final List<String> ALGORITHMS = List.of("EdDSA", "ES256K", "ES256");

  /** The method under test, ready to resolve. */
  protected abstract DidMethod method() throws Exception;

  /** A DID of the method that it resolves. */
  protected abstract String did() throws Exception;

  /** Whether the document has a key that signs; one may name only a blockchain account. */
  protected boolean signs() {
    return true;
  }

  /** How the method is asked, unless a test says otherwise. */
  protected ResolveOptions now() {
    return new ResolveOptions(Optional.empty(), Deadline.in(Duration.ofSeconds(60)));
  }

  @Test
  protected void shouldBeOfItsMethod() throws Exception {
    assertThat(method().method()).matches("[a-z0-9]+");
    assertThat(did()).startsWith("did:" + method().method() + ":");
  }

  @Test
  protected void shouldResolveToADocumentOfThatDid() throws Exception {
    DidDocument document = method().resolve(DidUrl.parse(did()), now());
    assertThat(document.id().value()).isEqualTo(did());
    assertThat(document.json().text("id")).contains(did());
    assertThat(document.controllers()).isNotNull();
    assertThat(document.verificationMethods()).doesNotContainNull();
    for (VerificationMethod method : document.verificationMethods()) {
      assertThat(DidUrl.parse(method.id()).fragment()).isPresent();
      assertThat(method.json()).isInstanceOf(Ipld.Map.class);
      if (method.algorithms().stream().anyMatch(ALGORITHMS::contains)) {
        assertThat(method.publicKey().length).isIn(32, 33, 65);
      }
    }
    if (signs()) {
      assertThat(document.verificationMethods())
          .anyMatch(method -> method.algorithms().stream().anyMatch(ALGORITHMS::contains));
    }
  }

  @Test
  protected void shouldResolveWithAnyFragmentToTheSame() throws Exception {
    DidDocument whole = method().resolve(DidUrl.parse(did()), now());
    DidDocument part = method().resolve(DidUrl.parse(did() + "#no-such-key"), now());
    assertThat(part.json()).isEqualTo(whole.json());
    assertThat(part.id()).isEqualTo(whole.id());
  }

  @Test
  protected void shouldAnswerTheSameFromManyThreads() throws Exception {
    DidMethod method = method();
    DidUrl url = DidUrl.parse(did());
    Ipld.Map expected = method.resolve(url, now()).json();
    List<Callable<Ipld.Map>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      calls.add(() -> method.resolve(url, now()).json());
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (Future<Ipld.Map> document : executor.invokeAll(calls)) {
        assertThat(document.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  protected void rejectsADidOfAnotherMethod() throws Exception {
    DidMethod method = method();
    assertThatThrownBy(() -> method.resolve(DidUrl.parse("did:kilntest:abc"), now()))
        .isInstanceOfSatisfying(
            DidException.class,
            e -> assertThat(e.retry().worthwhile()).as(e.getMessage()).isFalse());
  }

  @Test
  protected void rejectsNonsenseWithASentence() throws Exception {
    DidMethod method = method();
    String identifier = did().substring(("did:" + method.method() + ":").length());
    List<String> nonsense = new ArrayList<>();
    for (String text :
        List.of(
            "z",
            "...",
            "%00",
            "%zz",
            "a:b:c:d",
            "::",
            "..:..:etc:passwd",
            "-1",
            "0x",
            "z" + "1".repeat(1_900),
            identifier + identifier,
            identifier.substring(0, identifier.length() / 2),
            "_")) {
      nonsense.add("did:" + method.method() + ":" + text);
    }
    int refused = 0;
    for (String did : nonsense) {
      DidUrl url;
      try {
        url = DidUrl.parse(did);
      } catch (IllegalArgumentException noDidAtAll) {
        continue;
      }
      try {
        assertThat(method.resolve(url, now()).id()).isEqualTo(url.did());
      } catch (DidException e) {
        assertThat(e.error()).matches("[a-zA-Z]+");
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  protected void shouldComeBackWhenThereIsNoTimeLeft() throws Exception {
    DidMethod method = method();
    DidUrl url = DidUrl.parse(did());
    try {
      ResolveOptions late = new ResolveOptions(Optional.empty(), Deadline.in(Duration.ZERO));
      assertThat(method.resolve(url, late).id()).isEqualTo(url.did());
    } catch (DidException e) {
      Retries.assertLater(e.retry(), "a lack of time is no verdict: " + e.getMessage());
    } catch (DeadlineExpiredException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
