package org.kiln.itests.races;

import java.time.Duration;
import java.util.List;
import org.kiln.core.lending.Claim;
import org.kiln.core.lending.Lease;
import org.kiln.core.lending.Lender;
import org.kiln.core.lending.Rank;

/** A lender with services that know whether they were closed, as a plugin's would. */
class Scene {
  /** Far longer than anything here takes: whoever waits for it to end was not woken. */
  static final Duration LONG = Duration.ofSeconds(60);

  /** What was borrowed: nothing. */
  static final String NOTHING = "nothing";

  /** What was borrowed: a service that was closed while it was out. */
  static final String CLOSED = "closed";

  /** What was borrowed came after a time in which nothing else than a wake-up can be missing. */
  static final String SLOW = "slow";

  static final String KEY = "a:1";
  static final String WIDER = "a:*";

  final Lender<String, Service> lender = new Lender<>(key -> key.charAt(0) + ":*");

  /** A service. */
  static final class Service {
    private final String name;
    private volatile boolean closed;

    Service(String name) {
      this.name = name;
    }
  }

  static Claim<String, Service> add(
      Lender<String, Service> lender, String name, int id, String... keys) {
    return lender.add(List.of(keys), new Service(name), new Rank(0, id));
  }

  /** Takes it back as Declarative Services does, and closes it. */
  static String withdraw(Claim<String, Service> claim) {
    long begun = System.nanoTime();
    int late = claim.withdraw(LONG, LONG);
    claim.service().closed = true;
    return slow(begun) ? SLOW : Integer.toString(late);
  }

  /** Borrows, uses, gives back; the name of what was borrowed. */
  String use(Duration patience) {
    long begun = System.nanoTime();
    try (Lease<Service> lease = lender.borrow(KEY, patience.toNanos())) {
      if (slow(begun)) {
        return SLOW;
      }
      if (lease == null) {
        return NOTHING;
      }
      Service service = lease.service();
      boolean closed = service.closed;
      Thread.onSpinWait();
      return closed || service.closed ? CLOSED : service.name;
    }
  }

  private static boolean slow(long begun) {
    return System.nanoTime() - begun > LONG.toNanos() / 2;
  }
}
