package org.kiln.core.lending;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** States and bounds; what threads do to each other is explored in {@code itests/races}. */
@Timeout(120)
class LenderTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final long PATIENT = LONG.toNanos();

  private final Lender<String, String> lender = new Lender<>(key -> key.charAt(0) + "*");
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private Claim<String, String> add(String name, int id, String... keys) {
    return lender.add(List.of(keys), name, new Rank(0, id));
  }

  private String borrowed(String key, long nanos) {
    try (Lease<String> lease = lender.borrow(key, nanos)) {
      return lease == null ? null : lease.service();
    }
  }

  /** A thread that has begun to wait. */
  private Thread waiting(FutureTask<?> task) {
    Thread thread = Thread.ofPlatform().daemon().start(task);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(task.isDone()).isFalse();
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void shouldLendNothingAtOnceWhereNobodyEverWas() {
    assertThat(borrowed("a", PATIENT)).isNull();
  }

  @Test
  void shouldLendTheBestUnderEachOfItsKeys() {
    add("second", 2, "a", "b");
    add("first", 1, "b");
    assertThat(borrowed("a", 0)).isEqualTo("second");
    assertThat(borrowed("b", 0)).isEqualTo("first");
  }

  @Test
  void shouldLendTheNextBestWhileTheBestDrains() throws Exception {
    Claim<String, String> first = add("first", 1, "a");
    add("second", 2, "a");
    try (Lease<String> kept = lender.borrow("a")) {
      FutureTask<Integer> withdrawal = new FutureTask<>(() -> first.withdraw(LONG, LONG));
      waiting(withdrawal);
      assertThat(kept.wanted()).isTrue();
      assertThat(borrowed("a", 0)).isEqualTo("second");
      kept.close();
      assertThat(withdrawal.get(60, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void shouldWaitWhileTheLastDrainsHoweverShortItParks() throws Exception {
    Claim<String, String> old = add("old", 1, "a");
    Lease<String> kept = lender.borrow("a");
    FutureTask<Integer> withdrawal = new FutureTask<>(() -> old.withdraw(LONG, Duration.ZERO));
    waiting(withdrawal);
    FutureTask<String> late = new FutureTask<>(() -> borrowed("a", PATIENT));
    waiting(late);
    assertThat(lender.awaited()).containsExactly("a");
    add("new", 2, "a");
    assertThat(late.get(60, TimeUnit.SECONDS)).isEqualTo("new");
    kept.close();
    withdrawal.get(60, TimeUnit.SECONDS);
  }

  @Test
  void shouldEndTheWaitingWhenADrainEndsAndNobodyIsAwaited() throws Exception {
    Claim<String, String> old = add("old", 1, "a");
    Lease<String> kept = lender.borrow("a");
    waiting(new FutureTask<>(() -> old.withdraw(LONG, Duration.ZERO)));
    FutureTask<String> late = new FutureTask<>(() -> borrowed("a", PATIENT));
    waiting(late);
    kept.close();
    assertThat(late.get(60, TimeUnit.SECONDS)).isNull();
    assertThat(lender.awaited()).isEmpty();
  }

  @Test
  void shouldCountLeasesThatAreNotBackInTime() {
    Claim<String, String> old = add("old", 1, "a");
    Lease<String> kept = lender.borrow("a");
    assertThat(old.withdraw(Duration.ofMillis(20), Duration.ZERO)).isEqualTo(1);
    assertThat(kept.service()).isEqualTo("old");
    assertThat(borrowed("a", PATIENT)).isNull();
  }

  @Test
  void shouldParkNoLongerThanTheCallerIsWilling() {
    add("old", 1, "a").withdraw(Duration.ZERO, LONG);
    assertThat(borrowed("a", TimeUnit.MILLISECONDS.toNanos(20))).isNull();
    assertThat(lender.awaited()).containsExactly("a");
  }

  @Test
  void shouldParkUntilTheLongerOfTwoTimes() {
    Claim<String, String> patient = add("patient", 1, "a");
    Claim<String, String> hasty = add("hasty", 2, "a");
    hasty.leave();
    patient.withdraw(Duration.ZERO, LONG);
    hasty.withdraw(Duration.ZERO, Duration.ZERO);
    assertThat(lender.awaited()).containsExactly("a");
  }

  @Test
  void shouldLookUnderTheWiderKeyAfterTheExactOne() throws Exception {
    Claim<String, String> all = add("all", 1, "a*");
    Claim<String, String> one = add("one", 2, "a1");
    assertThat(borrowed("a1", 0)).isEqualTo("one");
    assertThat(borrowed("a2", 0)).isEqualTo("all");
    all.withdraw(Duration.ZERO, LONG);
    one.withdraw(Duration.ZERO, Duration.ZERO);
    FutureTask<String> exact = new FutureTask<>(() -> borrowed("a2", PATIENT));
    waiting(exact);
    add("two", 3, "a2"); // never there before: a successor of the wider one all the same
    assertThat(exact.get(60, TimeUnit.SECONDS)).isEqualTo("two");
  }

  @Test
  void shouldKeepAnInterruptAndStopWaiting() throws Exception {
    add("old", 1, "a").withdraw(Duration.ZERO, LONG);
    FutureTask<Boolean> late =
        new FutureTask<>(() -> borrowed("a", PATIENT) == null && Thread.interrupted());
    waiting(late).interrupt();
    assertThat(late.get(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldForgetOnlyPlacesWhereNobodyIsOrIsAwaited() {
    Claim<String, String> old = add("old", 1, "a");
    assertThat(lender.forget("a")).isFalse();
    Lease<String> kept = lender.borrow("a");
    old.leave();
    assertThat(lender.forget("a")).isFalse();
    kept.close();
    old.withdraw(Duration.ZERO, LONG);
    assertThat(lender.forget("a")).isFalse();
    add("new", 2, "a").withdraw(Duration.ZERO, Duration.ZERO);
    assertThat(lender.forget("a")).isTrue();
  }

  @Test
  void shouldSendAwayWhoWaitsWhenItIsClosed() throws Exception {
    add("old", 1, "a").withdraw(Duration.ZERO, LONG);
    FutureTask<String> late = new FutureTask<>(() -> borrowed("a", PATIENT));
    waiting(late);
    lender.close();
    assertThat(late.get(60, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void shouldWithdrawOnce() {
    Claim<String, String> old = add("old", 1, "a");
    assertThat(old.withdraw(LONG, Duration.ZERO)).isZero();
    assertThat(old.withdraw(LONG, LONG)).isZero();
    assertThat(lender.awaited()).isEmpty();
  }

  @Test
  void shouldGiveBackOnceAndNeverWantWhatNobodyOwns() {
    Claim<String, String> old = add("old", 1, "a");
    Lease<String> lease = lender.borrow("a");
    Lease<String> other = lender.borrow("a");
    lease.close();
    lease.close();
    assertThat(old.withdraw(Duration.ZERO, Duration.ZERO)).isEqualTo(1);
    other.close();
    try (Lease<String> fixed = Lease.of("fixed")) {
      assertThat(fixed.wanted()).isFalse();
    }
  }
}
