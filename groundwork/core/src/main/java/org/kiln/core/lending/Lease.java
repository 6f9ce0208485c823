package org.kiln.core.lending;

/**
 * A service on loan. Its owner waits for it: close it as soon as possible, in the thread that got
 * it. Closing twice gives back once.
 *
 * @param <T> what is lent
 */
public final class Lease<T> implements AutoCloseable {
  private final T service;
  private final Loans loans;
  private boolean closed;

  Lease(T service, Loans loans) {
    this.service = service;
    this.loans = loans;
  }

  /** One of a service that never goes; nobody waits for it. */
  public static <T> Lease<T> of(T service) {
    return new Lease<>(service, null);
  }

  /** What is lent. */
  public T service() {
    return service;
  }

  /** Whether its owner wants it back; whoever would keep it without end gives it back then. */
  public boolean wanted() {
    return loans != null && loans.closed();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (loans != null) {
        loans.giveBack();
      }
    }
  }
}
