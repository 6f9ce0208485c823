package org.kiln.events.check;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.api.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers what was found damaged on the disk, and logs each once. Thread-safe. */
public final class Damage {
  private static final Logger LOG = LoggerFactory.getLogger(Damage.class);
  private static final int MAX_TOLD = 100;

  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final LongAdder met = new LongAdder();
  private volatile String last = "";

  /** A read or write has failed; only damage is remembered. */
  public void note(StoreException failure) {
    if (failure.kind() == StoreException.Kind.CORRUPT) {
      found(failure.getMessage());
    }
  }

  /** Something is damaged. */
  public void found(String what) {
    met.increment();
    last = what;
    if (told.size() < MAX_TOLD && told.add(what)) {
      LOG.error(
          "Damage on the disk: {} Stop the node and run 'kiln check', then 'kiln rescue'",
          what.endsWith(".") ? what : what + ".");
    }
  }

  /** How often damage was met since the start. */
  public long met() {
    return met.sum();
  }

  /** The newest, as a sentence; empty when all is well. */
  public String last() {
    return last;
  }
}
