package org.kiln.net.recon.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.wire.ReconMessage;

/**
 * What was refused for ever, the newest of it, so that it is not checked again and again. A key is
 * refused with the value it came with; by itself only for what is wrong whatever comes with it:
 * else who sends nonsense under a good key would keep its event out. Thread-safe.
 */
final class Refusals {
  private static final int MAX = 8_192;

  private record Refused(Key key, Optional<Key> digest) {}

  private final Set<Refused> all =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<Refused, Boolean>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Refused, Boolean> eldest) {
                  return size() > MAX;
                }
              }));

  /** Refuses a key with any value. */
  void add(Key key) {
    all.add(new Refused(key, Optional.empty()));
  }

  /** Refuses a key with that value. */
  void add(ReconMessage.Value value) {
    all.add(new Refused(value.key(), Optional.of(digest(value))));
  }

  /** Whether that was refused. */
  boolean hold(ReconMessage.Value value) {
    return !all.isEmpty()
        && (all.contains(new Refused(value.key(), Optional.empty()))
            || all.contains(new Refused(value.key(), Optional.of(digest(value)))));
  }

  private static Key digest(ReconMessage.Value value) {
    try {
      return Key.of(MessageDigest.getInstance("SHA-256").digest(value.value()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
