package org.kiln.itests.races;

import java.time.Duration;
import org.kiln.core.lending.Claim;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** What somebody borrows is withdrawn: nobody uses it afterwards, and its owner is woken. */
@JCStressTest
@Outcome(
    id = {"old, 0", "nothing, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "borrowed while it was there, or not at all")
@Outcome(expect = Expect.FORBIDDEN, desc = "used after it was closed, or a wake-up was lost")
@State
public class UseAgainstWithdraw extends Scene {
  private final Claim<String, Service> old = add(lender, "old", 1, KEY);

  /** One who uses it. */
  @Actor
  public void user(LL_Result result) {
    result.r1 = use(Duration.ZERO);
  }

  /** The owner. */
  @Actor
  public void owner(LL_Result result) {
    result.r2 = withdraw(old);
  }
}
