package org.kiln.itests.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** The lender is closed while somebody waits for a successor, or comes to wait: he is told. */
@JCStressTest
@Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "told at once")
@Outcome(expect = Expect.FORBIDDEN, desc = "waits on")
@State
public class LastWordToWaiters extends Scene {
  /** A successor is awaited. */
  public LastWordToWaiters() {
    withdraw(add(lender, "old", 1, KEY));
  }

  /** One who waits. */
  @Actor
  public void user(L_Result result) {
    result.r1 = use(LONG);
  }

  /** Whoever ends the node. */
  @Actor
  public void owner() {
    lender.close();
  }
}
