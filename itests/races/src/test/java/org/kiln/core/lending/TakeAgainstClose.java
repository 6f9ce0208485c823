package org.kiln.core.lending;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The count alone, where the two meet most closely; in the machine's own package, which nobody else
 * can see into.
 */
@JCStressTest
@Outcome(
    id = {"had, 0", "refused, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "counted before the closing, or refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "slipped past the closing, or is not waited for")
@State
public class TakeAgainstClose {
  private final Loans loans = new Loans();
  private volatile boolean closed;

  /** One who uses it. */
  @Actor
  public void user(LL_Result result) {
    if (loans.take()) {
      result.r1 = closed ? "closed" : "had";
      loans.giveBack();
    } else {
      result.r1 = "refused";
    }
  }

  /** The owner. */
  @Actor
  public void owner(LL_Result result) {
    loans.close();
    result.r2 = loans.await(Duration.ofSeconds(60));
    closed = true;
  }
}
