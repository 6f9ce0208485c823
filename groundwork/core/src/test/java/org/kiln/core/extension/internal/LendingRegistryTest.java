package org.kiln.core.extension.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.did.SignatureSuite;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.Rank;

@Timeout(120)
class LendingRegistryTest {
  /** Counts from when this class is loaded: longer than all tests together may take. */
  private static final Deadline PATIENT = Deadline.in(Duration.ofHours(1));

  private final LendingRegistry registry = new LendingRegistry(20_000, 20_000);

  /**
   * Platform threads, because the clients under load spin: a virtual thread that is woken from
   * outside may wait for ever behind others that only yield to each other, and then so does
   * everybody who stands behind it in the queue of a lock.
   */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

  @AfterEach
  void close() {
    threads.shutdownNow();
    registry.close();
  }

  /** Fails when it is called after it was closed, as a plugin would. */
  private static final class Suite implements SignatureSuite {
    private final String provider;
    private final AtomicBoolean closed = new AtomicBoolean();

    Suite(String provider) {
      this.provider = provider;
    }

    @Override
    public String alg() {
      return "EdDSA";
    }

    @Override
    public String provider() {
      return provider;
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
      boolean openBefore = !closed.get();
      Thread.yield();
      return openBefore && !closed.get();
    }
  }

  private void add(Suite suite, int ranking, long id) {
    registry.add(SignatureSuite.class, List.of("EdDSA"), suite, new Rank(ranking, id));
  }

  private String provider() throws ExtensionMissingException {
    try (Lease<SignatureSuite> lease = registry.acquire(SignatureSuite.class, "EdDSA", PATIENT)) {
      return lease.service().provider();
    }
  }

  @Test
  void shouldFailAtOnceForAKeyThatWasNeverThere() {
    // If it waited, it would wait longer than JUnit does.
    assertThatThrownBy(() -> registry.acquire(SignatureSuite.class, "ES256", PATIENT))
        .isInstanceOf(ExtensionMissingException.class)
        .hasMessage("No SignatureSuite 'ES256' is installed");
  }

  @Test
  void shouldRefuseAKindItDoesNotKnow() {
    assertThatThrownBy(() -> registry.acquire(Runnable.class, "x", PATIENT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldLendTheHighestRanking() throws Exception {
    Suite plain = new Suite("plain");
    Suite fast = new Suite("fast");
    add(plain, 0, 1);
    add(fast, 10, 2);
    assertThat(provider()).isEqualTo("fast");
    registry.remove(SignatureSuite.class, fast);
    assertThat(provider()).isEqualTo("plain");
  }

  @Test
  void shouldPreferTheOlderServiceOfTwoWithOneRanking() throws Exception {
    add(new Suite("younger"), 0, 9);
    add(new Suite("older"), 0, 3);
    assertThat(provider()).isEqualTo("older");
  }

  @Test
  void shouldListKeysThatCanBeHad() {
    Suite suite = new Suite("a");
    add(suite, 0, 1);
    assertThat(registry.keys(SignatureSuite.class)).containsExactly("EdDSA");
    registry.remove(SignatureSuite.class, suite);
    assertThat(registry.keys(SignatureSuite.class)).isEmpty();
  }

  @Test
  void shouldWaitForLeasesBeforeLettingGo() throws Exception {
    Suite suite = new Suite("a");
    add(suite, 0, 1);
    Lease<SignatureSuite> lease = registry.acquire(SignatureSuite.class, "EdDSA", PATIENT);
    Future<?> removal = threads.submit(() -> registry.remove(SignatureSuite.class, suite));
    assertThatThrownBy(() -> removal.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    lease.close();
    lease.close(); // giving back twice counts once
    removal.get(60, TimeUnit.SECONDS);
  }

  @Test
  void shouldLetGoOfAnExtensionWhoseLeaseIsNeverGivenBack() throws Exception {
    LendingRegistry impatient = new LendingRegistry(50, 0);
    Suite suite = new Suite("a");
    impatient.add(SignatureSuite.class, List.of("EdDSA"), suite, new Rank(0, 1));
    Lease<SignatureSuite> kept = impatient.acquire(SignatureSuite.class, "EdDSA", PATIENT);
    impatient.remove(SignatureSuite.class, suite);
    assertThatThrownBy(() -> impatient.acquire(SignatureSuite.class, "EdDSA", PATIENT))
        .isInstanceOf(ExtensionMissingException.class);
    assertThat(kept.service()).isSameAs(suite);
    impatient.close();
  }

  @Test
  void shouldParkCallersUntilTheSuccessorComes() throws Exception {
    Suite first = new Suite("first");
    add(first, 0, 1);
    registry.remove(SignatureSuite.class, first);
    Future<String> parked = threads.submit(this::provider);
    assertThatThrownBy(() -> parked.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    add(new Suite("second"), 0, 2);
    assertThat(parked.get(60, TimeUnit.SECONDS)).isEqualTo("second");
  }

  @Test
  void shouldParkNoLongerThanTheDeadline() {
    Suite suite = new Suite("a");
    add(suite, 0, 1);
    registry.remove(SignatureSuite.class, suite);
    assertThatThrownBy(
            () ->
                registry.acquire(SignatureSuite.class, "EdDSA", Deadline.in(Duration.ofMillis(50))))
        .isInstanceOf(ExtensionMissingException.class);
  }

  @Test
  void shouldFindAValidatorForAWholeNamespaceAfterTheExactOne() throws Exception {
    AnchorProofValidator all = new Answer("all");
    AnchorProofValidator one = new Answer("one");
    registry.add(AnchorProofValidator.class, List.of("eip155:*"), all, new Rank(0, 1));
    registry.add(AnchorProofValidator.class, List.of("eip155:1", "eip155:5"), one, new Rank(0, 2));
    assertThat(validator("eip155:1")).isSameAs(one);
    assertThat(validator("eip155:5")).isSameAs(one);
    assertThat(validator("eip155:137")).isSameAs(all);
    assertThatThrownBy(() -> validator("cosmos:hub")).isInstanceOf(ExtensionMissingException.class);
  }

  private AnchorProofValidator validator(String chain) throws ExtensionMissingException {
    try (Lease<AnchorProofValidator> lease =
        registry.acquire(AnchorProofValidator.class, chain, PATIENT)) {
      return lease.service();
    }
  }

  private record Answer(String name) implements AnchorProofValidator {
    @Override
    public Validation validate(AnchorProof proof, Deadline deadline) {
      return new Validation.Invalid(name);
    }
  }

  @Test
  void shouldTellListenersWhatCameAndWent() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    AutoCloseable subscription =
        registry.onChange(SignatureSuite.class, (key, present) -> heard.add(key + present));
    Suite suite = new Suite("a");
    add(suite, 0, 1);
    registry.remove(SignatureSuite.class, suite);
    assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("EdDSAtrue");
    assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("EdDSAfalse");
    subscription.close();
    add(new Suite("b"), 0, 2);
    registry.add(SignatureSuite.class, List.of("ES256"), new Suite("marker"), new Rank(0, 3));
    assertThat(heard.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void shouldLoseNoCallWhileTheExtensionIsSwappedUnderLoad() throws Exception {
    Suite current = new Suite("0");
    add(current, 0, 0);
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch running = new CountDownLatch(4);
    List<Future<Long>> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(threads.submit(() -> callUntil(done, running)));
    }
    try {
      assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
      for (int swap = 1; swap <= 200; swap++) {
        Suite next = new Suite(Integer.toString(swap));
        if (swap % 2 == 0) {
          add(next, 0, swap); // the new one comes before the old one goes
          registry.remove(SignatureSuite.class, current);
          current.closed.set(true);
        } else {
          registry.remove(SignatureSuite.class, current);
          current.closed.set(true);
          add(next, 0, swap);
        }
        current = next;
      }
    } finally {
      done.set(true);
    }
    for (Future<Long> client : clients) {
      assertThat(client.get(60, TimeUnit.SECONDS)).isPositive();
    }
  }

  private long callUntil(AtomicBoolean done, CountDownLatch running)
      throws ExtensionMissingException {
    long calls = 0;
    while (!done.get()) {
      try (Lease<SignatureSuite> lease = registry.acquire(SignatureSuite.class, "EdDSA", PATIENT)) {
        if (!lease.service().verify(new byte[0], new byte[0], new byte[0])) {
          throw new IllegalStateException("Called after it was closed: call " + calls);
        }
      }
      if (calls++ == 0) {
        running.countDown();
      }
    }
    return calls;
  }
}
