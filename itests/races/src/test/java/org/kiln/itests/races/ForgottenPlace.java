package org.kiln.itests.races;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A place is forgotten while somebody comes to it: he is there afterwards. */
@JCStressTest
@Outcome(
    id = {"true, new", "false, new"},
    expect = Expect.ACCEPTABLE,
    desc = "forgotten before he came, or not")
@Outcome(expect = Expect.FORBIDDEN, desc = "came to a place nobody knows")
@State
public class ForgottenPlace extends Scene {
  /** Nobody is there, and nobody is awaited. */
  public ForgottenPlace() {
    add(lender, "old", 1, KEY).withdraw(Duration.ZERO, Duration.ZERO);
  }

  /** Tidies up. */
  @Actor
  public void tidy(LL_Result result) {
    result.r1 = lender.forget(KEY);
  }

  /** Comes. */
  @Actor
  public void owner() {
    add(lender, "new", 2, KEY);
  }

  /** Looks. */
  @Arbiter
  public void look(LL_Result result) {
    result.r2 = use(Duration.ZERO);
  }
}
