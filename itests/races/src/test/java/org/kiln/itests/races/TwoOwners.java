package org.kiln.itests.races;

import org.kiln.core.lending.Claim;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** Two that claim one key go at once: a successor of both is awaited, and lent. */
@JCStressTest
@Outcome(id = "0, 0, true, new", expect = Expect.ACCEPTABLE, desc = "awaited, and lent")
@Outcome(expect = Expect.FORBIDDEN, desc = "one of them is still lent, or nobody is awaited")
@State
public class TwoOwners extends Scene {
  private final Claim<String, Service> one = add(lender, "one", 1, KEY);
  private final Claim<String, Service> two = add(lender, "two", 2, KEY);

  /** The owner of one. */
  @Actor
  public void first(LLLL_Result result) {
    result.r1 = withdraw(one);
  }

  /** The owner of the other. */
  @Actor
  public void second(LLLL_Result result) {
    result.r2 = withdraw(two);
  }

  /** The successor comes. */
  @Arbiter
  public void successor(LLLL_Result result) {
    result.r3 = lender.awaited().contains(KEY);
    add(lender, "new", 3, KEY);
    result.r4 = use(LONG);
  }
}
