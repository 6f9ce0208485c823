package org.kiln.sync;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.kiln.api.ipld.Cid;

/**
 * A question for the tips of one stream: who asks waits until nobody answers any more, and until
 * what was named is fetched. Thread-safe.
 */
final class TipQuery {
  /** Answers come close together: that long after the latest no more is waited for. */
  static final long QUIET_MS = 300;

  private static final int MAX_TIPS = 32;
  private static final int MAX_TIPS_OF_ONE_PAYER = 4;

  private record Answer(Cid tip, Payer payer) {}

  private final Timer timer;
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private final Set<Answer> answers = new HashSet<>();
  private final List<CompletableFuture<?>> walks = new ArrayList<>();
  private long latest;

  /** Begins to wait, for that long at most. */
  TipQuery(Timer timer, long waitMs) {
    this.timer = timer;
    if (waitMs <= 0) {
      quiet.complete(null);
    } else {
      timer.after(waitMs, () -> quiet.complete(null));
    }
  }

  /** An answer has come: true when it names a tip that its payer has not named yet. */
  boolean answered(Cid tip, Payer payer) {
    long mine;
    boolean fresh;
    synchronized (this) {
      latest = timer.now();
      mine = latest;
      long mineAlready = answers.stream().filter(answer -> answer.payer.equals(payer)).count();
      fresh =
          answers.size() < MAX_TIPS
              && mineAlready < MAX_TIPS_OF_ONE_PAYER
              && answers.add(new Answer(tip, payer));
    }
    timer.after(QUIET_MS, () -> settle(mine));
    return fresh;
  }

  private void settle(long since) {
    synchronized (this) {
      if (latest != since) {
        return;
      }
    }
    quiet.complete(null);
  }

  synchronized void walking(CompletableFuture<?> walk) {
    walks.add(walk);
  }

  /** Nobody is there to answer. */
  void nobody() {
    quiet.complete(null);
  }

  /** Over when all is quiet and all walks have ended. */
  CompletableFuture<Void> over() {
    return quiet.thenCompose(
        nothing -> {
          synchronized (this) {
            return CompletableFuture.allOf(walks.toArray(CompletableFuture[]::new));
          }
        });
  }
}
