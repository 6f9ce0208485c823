package org.kiln.core.guard.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.PluginCalls;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.core.guard.internal.Complaints.Kind;

/**
 * The threads on which one plugin's code runs, from its start to its stop, and the bounds on them.
 * Thread-safe.
 */
final class PluginThreads {
  private static final long KEPT_IDLE_SECONDS = 5;
  private static final long GONE_MS = 500;

  private final String plugin;
  private final GuardLimits limits;
  private final Complaints complaints;
  private final ThreadGroup group;
  private final ThreadPoolExecutor threads;
  private final Semaphore calls;
  private final Semaphore streams;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger overdue = new AtomicInteger();
  private final Set<Handover<?>> inside = ConcurrentHashMap.newKeySet();
  private volatile boolean late;
  private volatile boolean ended;

  /**
   * Threads for a plugin.
   *
   * @param plugin the symbolic name of its bundle
   * @param classes what its threads have as their context class loader, null for none
   */
  PluginThreads(String plugin, ClassLoader classes, GuardLimits limits) {
    this.plugin = plugin;
    this.limits = limits;
    this.complaints = new Complaints(plugin);
    this.group = new ThreadGroup("plugin " + plugin);
    this.calls = new Semaphore(limits.calls());
    this.streams = new Semaphore(limits.streams());
    AtomicInteger number = new AtomicInteger();
    ThreadFactory factory =
        work -> {
          Thread thread = new Thread(group, work, plugin + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          thread.setContextClassLoader(classes);
          return thread;
        };
    // The semaphores bound it; a place may be taken again a moment before its thread is idle.
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEPT_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            factory);
  }

  String plugin() {
    return plugin;
  }

  /**
   * Runs code of the plugin and waits for it.
   *
   * @param owner the service it is a call of
   * @param a an exception its interface allows; what else it throws is a failure
   * @param b another one
   */
  <T, A extends Exception, B extends Exception> T call(
      Object owner, String what, Deadline deadline, Class<A> a, Class<B> b, Work<T, A, B> work)
      throws A, B, PluginUnavailableException {
    long ms = Math.min(deadline.remaining().toMillis(), limits.callMs());
    return run(owner, what, calls, TimeUnit.MILLISECONDS.toNanos(ms), a, b, work);
  }

  /** The same for an interface that allows one exception. */
  <T, A extends Exception> T call(
      Object owner, String what, Deadline deadline, Class<A> a, Work<T, A, Never> work)
      throws A, PluginUnavailableException {
    return call(owner, what, deadline, a, Never.class, work);
  }

  /** The same for an interface that allows none. */
  <T> T call(Object owner, String what, Deadline deadline, Work<T, Never, Never> work)
      throws PluginUnavailableException {
    return call(owner, what, deadline, Never.class, Never.class, work);
  }

  /** Runs a call that may go on as long as it likes, and only must end with the plugin. */
  <T, A extends Exception> T serve(Object owner, String what, Class<A> a, Work<T, A, Never> work)
      throws A, PluginUnavailableException {
    return run(owner, what, streams, Handover.ENDLESS, a, Never.class, work);
  }

  private <T, A extends Exception, B extends Exception> T run(
      Object owner,
      String what,
      Semaphore places,
      long nanos,
      Class<A> a,
      Class<B> b,
      Work<T, A, B> work)
      throws A, B, PluginUnavailableException {
    if (Thread.currentThread().getThreadGroup() == group) {
      // It comes back to itself by way of the node: the outer call has the deadline.
      return judge(what, Outcome.of(work, new OwnThread(), a, b), a, b);
    }
    long begin = System.nanoTime();
    boolean inner = Handover.insideOf(this);
    if (!inner) {
      take(what, places, nanos);
    }
    Handover<T> call =
        new Handover<>(
            this, owner, what, inner ? null : places, caller -> Outcome.of(work, caller, a, b));
    inside.add(call);
    if (ended || !started(call)) {
      inside.remove(call);
      call.giveBackPlace();
      throw unavailable("is being stopped or replaced");
    }
    long left = nanos == Handover.ENDLESS ? nanos : begin + nanos - System.nanoTime();
    Outcome<T> outcome;
    try {
      outcome = call.await(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      outcome = null;
    }
    return judge(what, outcome == null ? giveUp(call, nanos) : outcome, a, b);
  }

  private boolean started(Handover<?> call) {
    try {
      threads.execute(call);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void take(String what, Semaphore places, long nanos) throws PluginUnavailableException {
    if (ended) {
      throw unavailable("is being stopped or replaced");
    }
    if (cutOff()) {
      throw unavailable(
          "has "
              + overdue.get()
              + " calls that do not come back; it is not called until they do, or until it is"
              + " stopped and started");
    }
    if (places.tryAcquire()) {
      return;
    }
    if (waiting.incrementAndGet() > limits.waiting()) {
      waiting.decrementAndGet();
      throw crowded(what);
    }
    try {
      if (!places.tryAcquire(Math.min(nanos, maxWait()), TimeUnit.NANOSECONDS)) {
        throw crowded(what);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw crowded(what);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private long maxWait() {
    return TimeUnit.MILLISECONDS.toNanos(limits.callMs());
  }

  private PluginUnavailableException crowded(String what) {
    complaints.warn(Kind.CROWDED, what + " is refused: all its threads are busy");
    return unavailable("has as many calls inside as it may have; please try again");
  }

  private <T> Outcome<T> giveUp(Handover<T> call, long nanos) throws PluginUnavailableException {
    int now = overdue.incrementAndGet();
    Outcome<T> meanwhile = call.giveUp();
    if (meanwhile != null) {
      overdue.decrementAndGet();
      return meanwhile;
    }
    if (ended || nanos == Handover.ENDLESS) {
      complaints.warn(Kind.OVERDUE, "It ends while a call does not: " + call.describe());
      throw unavailable("is being stopped or replaced");
    }
    long ms = TimeUnit.NANOSECONDS.toMillis(nanos);
    complaints.warn(
        Kind.OVERDUE, "A call has not come back within " + ms + " ms: " + call.describe());
    if (now >= limits.overdue()) {
      complaints.warn(
          Kind.CUT_OFF,
          "It has "
              + now
              + " calls that do not come back, and is not called until they do. Stop it, or upgrade"
              + " it to a version that keeps to its deadlines; a thread that never comes back ends"
              + " with the node only.");
    }
    throw unavailable("did not answer in time");
  }

  /** On the plugin's thread: a call has come back. */
  void returned(Handover<?> call, boolean late) {
    inside.remove(call);
    call.giveBackPlace();
    if (late && overdue.decrementAndGet() == 0) {
      complaints.over("All calls that were overdue have come back");
    }
  }

  private <T, A extends Exception, B extends Exception> T judge(
      String what, Outcome<T> outcome, Class<A> a, Class<B> b)
      throws A, B, PluginUnavailableException {
    switch (outcome) {
      case Outcome.Returned<T> returned -> {
        return returned.value();
      }
      case Outcome.Threw<T> threw -> {
        if (a.isInstance(threw.declared())) {
          throw a.cast(threw.declared());
        }
        throw b.cast(threw.declared());
      }
      case Outcome.Expired<T> expired -> throw unavailable("did not answer in time");
      case Outcome.Failed<T> failed -> {
        complaints.warn(Kind.FAILED, what + " failed: " + failed.sentence());
        complaints.debug(what, failed.cause());
        throw new PluginUnavailableException(
            plugin, true, "Plugin " + plugin + " failed: " + failed.sentence());
      }
    }
  }

  private PluginUnavailableException unavailable(String does) {
    return new PluginUnavailableException(plugin, false, "Plugin " + plugin + " " + does);
  }

  /** Whether it is not called until some of its calls come back. */
  private boolean cutOff() {
    return overdue.get() >= limits.overdue();
  }

  /** Milliseconds that calls of a service which leaves have to end; none once they were up. */
  long leaveMs() {
    return late ? 0 : limits.leaveMs();
  }

  /**
   * Callers of a service's calls go on without them.
   *
   * @param all callers of all of the plugin's services
   */
  void release(Object owner, boolean all) {
    late = late || all;
    for (Handover<?> call : inside) {
      if (all || call.owner() == owner) {
        call.release();
      }
    }
  }

  /** The plugin has stopped: it is called no more, and nobody waits for it. */
  void end() {
    ended = true;
    release(null, true);
    threads.shutdown();
    try {
      // Threads with nothing to do are gone in a moment, and no leftovers of the plugin's.
      threads.awaitTermination(inside.isEmpty() ? GONE_MS : 0, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether nothing of it runs. */
  boolean empty() {
    return inside.isEmpty();
  }

  /** Whether no call of that service runs. */
  boolean quiet(Object owner) {
    return inside.stream().noneMatch(call -> call.owner() == owner);
  }

  /** How its calls stand. */
  PluginCalls calls() {
    List<String> stacks =
        inside.stream()
            .filter(Handover::overdue)
            .limit(GuardLimits.STACKS)
            .map(Handover::describe)
            .toList();
    return new PluginCalls(inside.size(), waiting.get(), overdue.get(), !ended && cutOff(), stacks);
  }
}
