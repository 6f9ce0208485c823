package org.kiln.itests.races;

import org.kiln.core.lending.Claim;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The one of the key goes, and one of the wider key comes: it is a successor too. */
@JCStressTest
@Outcome(
    id = {"old, 0", "new, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "the one or the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "a call was lost, or used what was closed")
@State
public class WiderKey extends Scene {
  private final Claim<String, Service> old = add(lender, "old", 1, KEY);

  /** One who uses it. */
  @Actor
  public void user(LL_Result result) {
    result.r1 = use(LONG);
  }

  /** The owner of both. */
  @Actor
  public void owner(LL_Result result) {
    result.r2 = withdraw(old);
    add(lender, "new", 2, WIDER);
  }
}
