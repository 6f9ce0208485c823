package org.kiln.core.stream;

import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;

/**
 * Whether the current thread may ask what lies outside the node or may block as if it did: chains,
 * peers, DID methods, whoever checks capabilities. One that holds a stream's lane may not, since
 * all who write to the stream wait for it: only what is remembered counts there. What it would have
 * asked is counted, so that it can be asked off the lane and the work be done again. Thread-safe.
 */
public final class Outside {
  private static final ThreadLocal<Shut> SHUT = new ThreadLocal<>();

  private Outside() {}

  /** Until it is closed, on the same thread, nothing outside is asked. */
  public static final class Shut implements AutoCloseable {
    private int wants;

    private Shut() {}

    /** How often something outside would have been asked. */
    public int wants() {
      return wants;
    }

    @Override
    public void close() {
      SHUT.remove();
    }
  }

  /**
   * Begins a time in which this thread asks nothing outside.
   *
   * @throws IllegalStateException when one has begun already
   */
  public static Shut shut() {
    if (SHUT.get() != null) {
      throw new IllegalStateException("What lies outside is shut off already");
    }
    Shut shut = new Shut();
    SHUT.set(shut);
    return shut;
  }

  /** Whether this thread may ask; what it would have asked is counted when it may not. */
  public static boolean open() {
    Shut shut = SHUT.get();
    if (shut != null) {
      shut.wants++;
    }
    return shut == null;
  }

  /** Whether this thread may not ask; counts nothing. */
  public static boolean isShut() {
    return SHUT.get() != null;
  }

  /** How often this thread would have asked since it may not; 0 while it may. */
  public static int wants() {
    Shut shut = SHUT.get();
    return shut == null ? 0 : shut.wants;
  }

  /**
   * To be called before something outside is asked.
   *
   * @param missing what is not remembered
   * @throws DependencyMissingException when this thread may not ask now
   */
  public static void demandOpen(Dependency missing) throws DependencyMissingException {
    if (!open()) {
      throw new DependencyMissingException(
          missing, "It takes " + missing + ", which is not asked while the stream is written");
    }
  }
}
