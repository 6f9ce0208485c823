package org.kiln.http.v0;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The one-time codes that admin requests are signed over. A code carries its time of issue and a
 * checksum under a secret of this run, so that nothing is remembered of a code until it is used:
 * anyone may fetch codes, and nobody can push out the codes of others by fetching many.
 * Thread-safe.
 */
final class AdminCodes {
  /** How long a code can be used. */
  static final int VALID_SECONDS = 60;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int PURGE_ABOVE = 1000;

  private final InstantSource clock;
  private final SecretKeySpec secret;
  private final AtomicInteger counter = new AtomicInteger();
  private final Map<UUID, Long> used = new ConcurrentHashMap<>();

  AdminCodes(InstantSource clock) {
    this.clock = clock;
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    this.secret = new SecretKeySpec(key, ALGORITHM);
  }

  /** A new code, a UUID of version 4. */
  String issue() {
    // 32 bits of time, 16 + 12 bits of a counter around the version; then the checksum.
    int number = counter.getAndIncrement();
    long high = now() << 32 | (number >>> 12 & 0xffffL) << 16 | 0x4000L | number & 0xfffL;
    return new UUID(high, checksum(high)).toString();
  }

  /** Why a code cannot be used; empty when it can. */
  Optional<String> refusal(String code) {
    Optional<UUID> parsed = parse(code);
    if (parsed.isEmpty() || used.containsKey(parsed.get())) {
      return Optional.of("Unauthorized access: invalid/already used admin code");
    }
    if (age(parsed.get()) > VALID_SECONDS) {
      return Optional.of(
          "Unauthorized access: expired admin code - admin codes are only valid for "
              + VALID_SECONDS
              + " seconds");
    }
    return Optional.empty();
  }

  /** Uses a code; false when somebody else just has. */
  boolean use(String code) {
    UUID id = UUID.fromString(code);
    if (used.size() > PURGE_ABOVE) {
      long oldest = now() - 2L * VALID_SECONDS;
      used.values().removeIf(at -> at < oldest);
    }
    return used.putIfAbsent(id, now()) == null;
  }

  private Optional<UUID> parse(String code) {
    if (code.length() != 36) {
      return Optional.empty();
    }
    UUID id;
    try {
      id = UUID.fromString(code);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    ByteBuffer given = ByteBuffer.allocate(8).putLong(0, id.getLeastSignificantBits());
    ByteBuffer right = ByteBuffer.allocate(8).putLong(0, checksum(id.getMostSignificantBits()));
    // The text is compared too: a UUID in capitals would be the same code in other letters.
    return MessageDigest.isEqual(given.array(), right.array()) && id.toString().equals(code)
        ? Optional.of(id)
        : Optional.empty();
  }

  private long age(UUID id) {
    return now() - (id.getMostSignificantBits() >>> 32);
  }

  private long now() {
    return clock.instant().getEpochSecond() & 0xffff_ffffL;
  }

  /** 62 bits under the variant bits of a UUID. */
  private long checksum(long high) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      byte[] sum = mac.doFinal(ByteBuffer.allocate(8).putLong(0, high).array());
      return ByteBuffer.wrap(sum).getLong() >>> 2 | 0x8000_0000_0000_0000L;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }
}
