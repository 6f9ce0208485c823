package org.kiln.itests.races;

import java.time.Duration;
import org.kiln.core.lending.Claim;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The new one comes before the old one goes: even who cannot wait gets one of them. */
@JCStressTest
@Outcome(
    id = {"old, 0", "new, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "the one or the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "a call was lost, or used what was closed")
@State
public class SwapWithoutGap extends Scene {
  private final Claim<String, Service> old = add(lender, "old", 1, KEY);

  /** One who uses it. */
  @Actor
  public void user(LL_Result result) {
    result.r1 = use(Duration.ZERO);
  }

  /** The owner of both. */
  @Actor
  public void owner(LL_Result result) {
    add(lender, "new", 2, KEY);
    result.r2 = withdraw(old);
  }
}
