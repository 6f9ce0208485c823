package org.kiln.launcher;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.launch.Launcher;

/** Keeps what the bundles of one framework tell their launcher. */
final class Launched implements Launcher {
  private final int startLevel;
  private final CompletableFuture<String> refusal = new CompletableFuture<>();
  private final CompletableFuture<String> firstPassword = new CompletableFuture<>();

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
    firstPassword.complete(password);
  }

  /** Throws when a bundle has said that the node must not run. */
  void throwIfRefused() throws RefusedException {
    String sentence = refusal.getNow(null);
    if (sentence != null) {
      throw RefusedException.storage(sentence);
    }
  }

  /** The first operator's password, if one is made within that time. */
  Optional<String> firstPasswordWithin(long timeoutMs) throws InterruptedException {
    try {
      return Optional.of(firstPassword.get(timeoutMs, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("It is never completed so", e);
    }
  }
}
