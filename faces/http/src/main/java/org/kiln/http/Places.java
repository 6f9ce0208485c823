package org.kiln.http;

import java.util.concurrent.Semaphore;

/**
 * Places for requests at work, or for answers under way. When clients have taken all, some may be
 * left for those who must see and mend what is wrong: health checks and operators. Thread-safe.
 */
final class Places {
  private static final String[] KEPT_FOR = {
    "/health", "/metrics", "/admin", "/console", "/api/v0/node", "/api/v0/admin"
  };

  private final Semaphore ordinary;
  private final Semaphore kept;

  Places(int ordinary, int kept) {
    this.ordinary = new Semaphore(ordinary);
    this.kept = new Semaphore(kept);
  }

  /** A place, to be given back once. */
  static final class Permit implements AutoCloseable {
    private final Semaphore source;

    private Permit(Semaphore source) {
      this.source = source;
    }

    @Override
    public void close() {
      source.release();
    }
  }

  /** A place for a request of that path; null when there is none. */
  Permit take(String path) {
    if (ordinary.tryAcquire()) {
      return new Permit(ordinary);
    }
    return isKeptFor(path) && kept.tryAcquire() ? new Permit(kept) : null;
  }

  private static boolean isKeptFor(String path) {
    for (String place : KEPT_FOR) {
      if (under(path, place)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a path is that one or lies below it; case does not matter. */
  static boolean under(String path, String place) {
    return path.regionMatches(true, 0, place, 0, place.length())
        && (path.length() == place.length() || path.charAt(place.length()) == '/');
  }
}
