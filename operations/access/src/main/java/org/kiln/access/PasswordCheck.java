package org.kiln.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.plugin.Retry;
import org.kiln.core.access.Caller;

/**
 * Checks names and passwords, one at a time and not too often, for each check is made to be costly.
 * Scripts send theirs with every request: what was right is remembered as a keyed hash until the
 * credential changes. Thread-safe.
 */
final class PasswordCheck {
  private static final int REMEMBERED = 256;
  private static final int TURN_SECONDS = 5;

  private final Credentials credentials;
  private final GuessLimit limit;
  private final Semaphore turn = new Semaphore(1);
  private final String pepper = Secrets.token();
  private final Map<String, Credentials.Credential> right =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Credentials.Credential> eldest) {
          return size() > REMEMBERED;
        }
      };

  PasswordCheck(Credentials credentials, GuessLimit limit) {
    this.credentials = credentials;
    this.limit = limit;
  }

  /**
   * Who has that name and password.
   *
   * @throws HttpProblem 401 when nobody has, 429 after too many that were wrong
   */
  Caller check(String name, String password, String address) throws HttpProblem {
    String key = Secrets.hash(pepper + "\0" + name + "\0" + password);
    Optional<Credentials.Credential> now = credentials.find(name);
    synchronized (right) {
      if (now.isPresent() && right.get(key) == now.get()) {
        return new Caller(name, now.get().role());
      }
    }
    Optional<Caller> caller = inTurn(name, password, address);
    if (caller.isEmpty()) {
      throw new HttpProblem(
          401, "unauthorized", "There is no credential of that name and password");
    }
    synchronized (right) {
      now.ifPresent(credential -> right.put(key, credential));
    }
    return caller.get();
  }

  private Optional<Caller> inTurn(String name, String password, String address) throws HttpProblem {
    try {
      if (!turn.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS)) {
        throw tooMany(TURN_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw tooMany(TURN_SECONDS);
    }
    try {
      int wait = limit.waitSeconds(address);
      if (wait > 0) {
        throw tooMany(wait);
      }
      Optional<Caller> caller = credentials.check(name, password);
      if (caller.isPresent()) {
        limit.succeeded(address);
      } else {
        limit.failed(address);
      }
      return caller;
    } finally {
      turn.release();
    }
  }

  private static HttpProblem tooMany(int seconds) {
    return new HttpProblem(
        429,
        "too-many-attempts",
        "Too many wrong passwords; try again in " + seconds + " s",
        Retry.after(Duration.ofSeconds(seconds)),
        Map.of());
  }
}
