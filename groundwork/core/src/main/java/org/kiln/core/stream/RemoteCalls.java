package org.kiln.core.stream;

import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;

/**
 * Whether the current thread may ask what lies outside the node or may block as if it did: chains,
 * peers, DID methods, whoever checks capabilities. One that holds a stream's lock may not, since
 * all who write to the stream wait for it: only what is remembered counts there. What it would have
 * asked is counted, so that it can be asked without the lock and the work be done again.
 * Thread-safe.
 */
public final class RemoteCalls {
  private static final ThreadLocal<Forbidden> FORBIDDEN = new ThreadLocal<>();

  private RemoteCalls() {}

  /** Until it is closed, on the same thread, nothing outside is asked. */
  public static final class Forbidden implements AutoCloseable {
    private int wanted;

    private Forbidden() {}

    /** How often something outside would have been asked. */
    public int wanted() {
      return wanted;
    }

    @Override
    public void close() {
      FORBIDDEN.remove();
    }
  }

  /**
   * Begins a time in which this thread asks nothing outside.
   *
   * @throws IllegalStateException when one has begun already
   */
  public static Forbidden forbid() {
    if (FORBIDDEN.get() != null) {
      throw new IllegalStateException("Remote calls are forbidden already");
    }
    Forbidden forbidden = new Forbidden();
    FORBIDDEN.set(forbidden);
    return forbidden;
  }

  /** Whether this thread may ask; what it would have asked is counted when it may not. */
  public static boolean allowed() {
    Forbidden forbidden = FORBIDDEN.get();
    if (forbidden != null) {
      forbidden.wanted++;
    }
    return forbidden == null;
  }

  /** Whether this thread may not ask; counts nothing. */
  public static boolean forbidden() {
    return FORBIDDEN.get() != null;
  }

  /** How often this thread would have asked since it may not; 0 while it may. */
  public static int wanted() {
    Forbidden forbidden = FORBIDDEN.get();
    return forbidden == null ? 0 : forbidden.wanted;
  }

  /**
   * To be called before something outside is asked.
   *
   * @param missing what is not remembered
   * @throws DependencyMissingException when this thread may not ask now
   */
  public static void demandAllowed(Dependency missing) throws DependencyMissingException {
    if (!allowed()) {
      throw new DependencyMissingException(
          missing, "It takes " + missing + ", which is not asked while the stream is written");
    }
  }
}
