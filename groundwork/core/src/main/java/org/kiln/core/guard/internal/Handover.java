package org.kiln.core.guard.internal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.kiln.api.plugin.DeadlineExpiredException;

/**
 * One call that a plugin's thread works on while the caller's thread waits, and answers what the
 * plugin asks meanwhile.
 */
final class Handover<T> implements Runnable, CallerThread {
  /** No end to the wait. */
  static final long ENDLESS = Long.MAX_VALUE;

  /** The call whose question a thread is answering now. */
  private static final ThreadLocal<Handover<?>> ANSWERING = new ThreadLocal<>();

  /** Ends the wait: the call has come back, or is to be waited for no more. */
  private static final FutureTask<Void> END = new FutureTask<>(() -> null);

  private final PluginThreads threads;
  private final Object owner;
  private final String what;
  private final Semaphore place;
  private final Function<CallerThread, Outcome<T>> work;
  private final Handover<?> outer = ANSWERING.get();

  private final BlockingQueue<FutureTask<?>> questions = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Outcome<T> outcome;
  private volatile Thread thread;
  private boolean givenUp;

  /**
   * A call.
   *
   * @param owner the service it is a call of
   * @param place the place it holds and gives back; null when an outer call holds one for it
   */
  Handover(
      PluginThreads threads,
      Object owner,
      String what,
      Semaphore place,
      Function<CallerThread, Outcome<T>> work) {
    this.threads = threads;
    this.owner = owner;
    this.what = what;
    this.place = place;
    this.work = work;
  }

  /** Whether the current thread answers a question of that plugin, which holds a place for it. */
  static boolean insideOf(PluginThreads threads) {
    for (Handover<?> call = ANSWERING.get(); call != null; call = call.outer) {
      if (call.threads == threads) {
        return true;
      }
    }
    return false;
  }

  Object owner() {
    return owner;
  }

  String what() {
    return what;
  }

  void giveBackPlace() {
    if (place != null) {
      place.release();
    }
  }

  /** On the plugin's thread. */
  @Override
  public void run() {
    thread = Thread.currentThread();
    Outcome<T> result = work.apply(this);
    boolean late;
    lock.lock();
    try {
      late = givenUp;
      outcome = result;
      // An interrupt that came for this call must not reach the next one.
      Thread.interrupted();
    } finally {
      lock.unlock();
    }
    // Its place is free before the caller hears of it, who may come again at once.
    threads.returned(this, late);
    questions.add(END);
  }

  /**
   * On the caller's thread: waits for the call, answering what it asks.
   *
   * @return what it came to; null when it did not come back in time, or was released
   */
  Outcome<T> await(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (true) {
      FutureTask<?> question =
          nanos == ENDLESS
              ? questions.take()
              : questions.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (question == null || question == END) {
        return outcome;
      }
      answer(question);
    }
  }

  private void answer(FutureTask<?> question) {
    Handover<?> before = ANSWERING.get();
    ANSWERING.set(this);
    try {
      question.run();
    } finally {
      if (before == null) {
        ANSWERING.remove();
      } else {
        ANSWERING.set(before);
      }
    }
  }

  @Override
  public <R> R ask(Callable<R> question) throws Exception {
    FutureTask<R> task = new FutureTask<>(question);
    lock.lock();
    try {
      if (givenUp || outcome != null) {
        throw over();
      }
      questions.add(task);
    } finally {
      lock.unlock();
    }
    try {
      return task.get();
    } catch (CancellationException | InterruptedException e) {
      throw over();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw (Error) e.getCause();
    }
  }

  private static DeadlineExpiredException over() {
    return new DeadlineExpiredException("The time allowed for this call is over");
  }

  /**
   * Nobody waits for it any more. It may ask nothing from now on, and is interrupted when it does
   * not seem to be inside the node.
   *
   * @return what it came to, when it has come back meanwhile; else null
   */
  Outcome<T> giveUp() {
    lock.lock();
    try {
      if (outcome == null) {
        givenUp = true;
        questions.forEach(question -> question.cancel(false));
        Thread running = thread;
        if (running != null && !Stacks.insideNode(running.getStackTrace())) {
          running.interrupt();
        }
      }
      return outcome;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the caller go on without it. */
  void release() {
    questions.add(END);
  }

  /** Whether nobody waits for it, and it has not come back. */
  boolean overdue() {
    lock.lock();
    try {
      return givenUp && outcome == null;
    } finally {
      lock.unlock();
    }
  }

  /** The name of its thread, what it was called for, and where it is. */
  String describe() {
    Thread running = thread;
    return running == null
        ? what
        : running.getName() + ", " + what + ", at " + Stacks.where(running.getStackTrace());
  }
}
