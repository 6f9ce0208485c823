package org.kiln.launcher;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.kiln.launch.Launcher;

/** Keeps what the bundles of one framework tell their launcher. */
final class Launched implements Launcher {
  private final int startLevel;
  private final CompletableFuture<String> refusal = new CompletableFuture<>();

  /** Emptied by who shows it, so that no dump of the heap has the password for all time. */
  private final BlockingQueue<String> firstPassword = new ArrayBlockingQueue<>(1);

  private volatile boolean shown;

  Launched(int startLevel) {
    this.startLevel = startLevel;
  }

  @Override
  public int startLevel() {
    return startLevel;
  }

  @Override
  public void refuse(String sentence) {
    refusal.complete(sentence);
  }

  @Override
  public void firstPassword(String password) {
    firstPassword.offer(password);
    if (shown) {
      firstPassword.clear();
    }
  }

  /** Throws when a bundle has said that the node must not run. */
  void throwIfRefused() throws RefusedException {
    String sentence = refusal.getNow(null);
    if (sentence != null) {
      throw RefusedException.storage(sentence);
    }
  }

  /**
   * The first operator's password, if one is made within that time. It is handed out once; one that
   * is made later is for nobody.
   */
  Optional<String> firstPasswordWithin(long timeoutMs) throws InterruptedException {
    try {
      return Optional.ofNullable(firstPassword.poll(timeoutMs, TimeUnit.MILLISECONDS));
    } finally {
      shown = true;
      firstPassword.clear();
    }
  }
}
