package org.kiln.core.guard.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.core.guard.PluginUnavailableException;

class PluginThreadsTest {
  private static final Deadline SOON = Deadline.NONE;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final CountDownLatch end = new CountDownLatch(1);
  private final PluginThreads threads = threads(60_000);

  private static PluginThreads threads(long callMs) {
    return new PluginThreads("com.example", null, new GuardLimits(2, 1, 1, 2, callMs, 0));
  }

  @AfterEach
  void end() {
    end.countDown();
    threads.end();
  }

  @Test
  void shouldRunPluginsOnPlatformThreadsOfTheirOwn() throws Exception {
    Thread thread = threads.call(this, "x", SOON, caller -> Thread.currentThread());

    assertThat(thread.isVirtual()).isFalse();
    assertThat(thread).isNotSameAs(Thread.currentThread());
    assertThat(thread.getName()).startsWith("com.example-");
  }

  @Test
  void shouldAnswerWhatThePluginAsksOnTheCallersThread() throws Exception {
    ReentrantLock lane = new ReentrantLock();
    lane.lock();

    boolean mine =
        threads.call(
            this,
            "x",
            SOON,
            Exception.class,
            caller -> {
              assertThat(lane.isHeldByCurrentThread()).isFalse();
              return caller.ask(lane::isHeldByCurrentThread);
            });

    assertThat(mine).isTrue();
  }

  @Test
  void shouldLetThroughWhatItsInterfaceAllowsAndNothingElse() {
    assertThatThrownBy(
            () ->
                threads.call(
                    this,
                    "x",
                    SOON,
                    IOException.class,
                    caller -> {
                      throw new IOException("allowed");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("allowed");
    assertThatThrownBy(
            () ->
                threads.call(
                    this,
                    "x",
                    SOON,
                    caller -> {
                      throw new StackOverflowError("deep");
                    }))
        .isInstanceOfSatisfying(
            PluginUnavailableException.class, e -> assertThat(e.failed()).isTrue())
        .hasMessageContaining("com.example")
        .hasMessageContaining("StackOverflowError: deep at ");
  }

  @Test
  void shouldGiveUpCallsThatDoNotComeBackAndRefuseFurtherOnesUntilTheyDo() throws Exception {
    // Long enough for a thread to begin, which alone has a name.
    PluginThreads impatient = threads(500);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> impatient.call(this, "x", SOON, caller -> stay()))
          .isInstanceOf(PluginUnavailableException.class)
          .hasMessageContaining("did not answer in time");
    }

    assertThat(impatient.calls().overdue()).isEqualTo(2);
    assertThat(impatient.calls().cutOff()).isTrue();
    assertThat(impatient.calls().stacks())
        .hasSize(2)
        .allMatch(line -> line.contains("com.example-"));
    assertThatThrownBy(() -> impatient.call(this, "x", SOON, caller -> 1))
        .hasMessageContaining("do not come back");

    end.countDown();
    awaitEmpty(impatient);
    int answer = impatient.call(this, "x", SOON, caller -> 1);
    assertThat(answer).isEqualTo(1);
    impatient.end();
  }

  @Test
  void shouldAnswerNothingThatALateCallAsks() throws Exception {
    PluginThreads impatient = threads(50);
    AtomicBoolean answered = new AtomicBoolean();
    CompletableFuture<Throwable> refusal = new CompletableFuture<>();

    assertThatThrownBy(
            () ->
                impatient.call(
                    this,
                    "x",
                    SOON,
                    caller -> {
                      stay();
                      try {
                        caller.ask(
                            () -> {
                              answered.set(true);
                              return null;
                            });
                      } catch (Exception e) {
                        refusal.complete(e);
                      }
                      return null;
                    }))
        .isInstanceOf(PluginUnavailableException.class);
    end.countDown();

    assertThat(refusal).succeedsWithin(LIMIT).isInstanceOf(DeadlineExpiredException.class);
    assertThat(answered).isFalse();
    impatient.end();
  }

  @Test
  void shouldInterruptACallThatIsGivenUpAndNoLaterOne() throws Exception {
    PluginThreads impatient = threads(50);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    assertThatThrownBy(
            () ->
                impatient.call(
                    this,
                    "x",
                    SOON,
                    caller -> {
                      try {
                        TimeUnit.HOURS.sleep(1);
                      } catch (InterruptedException e) {
                        interrupted.complete(true);
                      }
                      return null;
                    }))
        .isInstanceOf(PluginUnavailableException.class);

    assertThat(interrupted).succeedsWithin(LIMIT);
    awaitEmpty(impatient);
    boolean next =
        impatient.call(this, "x", SOON, caller -> Thread.currentThread().isInterrupted());
    assertThat(next).isFalse();
    impatient.end();
  }

  @Test
  void shouldBoundThoseWhoWaitForAPlace() throws Exception {
    CountDownLatch inside = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      background(inside);
    }
    assertThat(inside.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Object> waits = background(new CountDownLatch(1));
    await(() -> threads.calls().waiting() == 1);

    assertThatThrownBy(() -> threads.call(this, "x", SOON, caller -> 1))
        .isInstanceOf(PluginUnavailableException.class)
        .hasMessageContaining("as many calls inside as it may have");

    end.countDown();
    assertThat(waits).succeedsWithin(LIMIT);
  }

  @Test
  void shouldNotWaitForAPlaceThatAnOuterCallHolds() throws Exception {
    assertThat(nested(6)).isEqualTo(6);
  }

  /** A type whose events load other streams of the type, deeper than it has places. */
  private int nested(int depth) throws Exception {
    return depth == 0
        ? 0
        : threads.call(
            this, "x", SOON, Exception.class, caller -> 1 + caller.ask(() -> nested(depth - 1)));
  }

  @Test
  void shouldRunWhatItsOwnThreadsAskOfItOnTheseVeryThreads() throws Exception {
    AtomicReference<Thread> inner = new AtomicReference<>();

    Thread outer =
        threads.call(
            this,
            "x",
            SOON,
            Exception.class,
            caller -> {
              threads.call(
                  this,
                  "y",
                  SOON,
                  d -> {
                    inner.set(Thread.currentThread());
                    return null;
                  });
              return Thread.currentThread();
            });

    assertThat(inner).hasValue(outer);
  }

  @Test
  void shouldReleaseCallersWhenItEnds() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CompletableFuture<Object> stuck = background(inside);
    assertThat(inside.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    threads.end();

    assertThat(stuck)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withMessageContaining("is being stopped or replaced");
    assertThatThrownBy(() -> threads.call(this, "x", SOON, caller -> 1))
        .hasMessageContaining("is being stopped or replaced");
  }

  @Test
  void shouldServeWithoutEndUntilItsServiceLeaves() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CompletableFuture<Object> served = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                threads.serve(
                    "mine",
                    "x",
                    IOException.class,
                    caller -> {
                      inside.countDown();
                      stay();
                      return null;
                    });
                served.complete("ended");
              } catch (Exception e) {
                served.completeExceptionally(e);
              }
            });
    assertThat(inside.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    threads.release("another", false);
    assertThat(served).isNotDone();
    threads.release("mine", false);

    assertThat(served).failsWithin(LIMIT);
  }

  private CompletableFuture<Object> background(CountDownLatch inside) {
    CompletableFuture<Object> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                done.complete(
                    threads.call(
                        this,
                        "x",
                        SOON,
                        caller -> {
                          inside.countDown();
                          return stay();
                        }));
              } catch (PluginUnavailableException e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  /** Until the test ends, whoever interrupts. */
  private String stay() {
    while (true) {
      try {
        end.await();
        return "stayed";
      } catch (InterruptedException e) {
        // as a plugin that does not care
      }
    }
  }

  private static void awaitEmpty(PluginThreads threads) throws InterruptedException {
    await(() -> threads.empty() && threads.calls().overdue() == 0);
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within " + LIMIT).isLessThan(limit);
      TimeUnit.MILLISECONDS.sleep(2); // between two looks
    }
  }
}
