package org.kiln.itests.races;

import org.kiln.core.lending.Claim;
import org.kiln.core.lending.Lease;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Who would keep a lease without end sees that it is wanted, whenever it was taken. */
@JCStressTest
@Outcome(
    id = {"had, 0", "nothing, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "given back when it was wanted")
@Outcome(expect = Expect.FORBIDDEN, desc = "the owner was not told, or not waited for")
@State
public class WantedBack extends Scene {
  private final Claim<String, Service> old = add(lender, "old", 1, KEY);

  /** An endless answer. */
  @Actor
  public void user(LL_Result result) {
    try (Lease<Service> lease = lender.borrow(KEY)) {
      if (lease == null) {
        result.r1 = NOTHING;
        return;
      }
      while (!lease.wanted()) {
        Thread.onSpinWait();
      }
      result.r1 = "had";
    }
  }

  /** The owner. */
  @Actor
  public void owner(LL_Result result) {
    result.r2 = withdraw(old);
  }
}
