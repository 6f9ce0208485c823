package org.kiln.net.recon;

import java.time.Duration;
import java.util.Optional;
import org.kiln.api.net.PeerId;
import org.kiln.net.recon.talk.Talk;

/**
 * How it stands with one peer in one space: when the next conversation is due, and what came of the
 * last. It outlives connections, so that nobody rids itself of a back-off by dialling again.
 * Guarded by its {@link PeerBook}.
 */
final class Standing {
  private final ReconSettings settings;
  private long dueNanos;
  private long endedNanos;
  private Duration delay;
  private int failures;
  private long heardNanos;
  private long lastVersion = -1;
  private boolean same;
  private String complaint = "";
  private Optional<Talk> last = Optional.empty();
  private boolean talked;

  Standing(ReconSettings settings, long now) {
    this.settings = settings;
    this.delay = settings.interval();
    this.dueNanos = now;
    this.heardNanos = now;
  }

  /**
   * Nanoseconds until the next conversation of ours is due: soon when there is anything new here.
   *
   * @param version of the space now
   */
  long dueIn(long version, long now) {
    long due = dueNanos - now;
    return failures == 0 && isNew(version)
        ? Math.min(due, endedNanos + settings.interval().toNanos() - now)
        : due;
  }

  private boolean isNew(long version) {
    return lastVersion >= 0 && version != lastVersion;
  }

  /**
   * Whether the space has changed since the last conversation, if one was had, and who has dialled
   * has had its time to begin the next one: with two at once most would go over twice.
   */
  boolean hasNews(long version, long now) {
    return isNew(version) && 2 * (now - endedNanos) > 3 * settings.interval().toNanos();
  }

  /** Whether it misbehaved and may not come back yet. */
  boolean rests(long now) {
    return failures > 0 && dueNanos - now > 0;
  }

  /** Nanoseconds since the peer began a conversation. */
  long silentFor(long now) {
    return now - heardNanos;
  }

  void heard(long now) {
    heardNanos = now;
  }

  /**
   * A conversation came to its end.
   *
   * @param version of the space when it began, by which it is seen whether anything has changed
   * @param tells whether the peer says by itself when it has something new
   */
  void ended(Talk talk, long version, boolean tells, long now) {
    boolean bad = talk.taken().bad() > 0 && talk.taken().fresh() == 0;
    boolean fruitless =
        !talk.same() && !talk.cut() && talk.taken().fresh() == 0 && version == lastVersion;
    same = talk.same() && talk.common() > 0;
    boolean idle = tells && talk.same() && version == lastVersion;
    endedNanos = now;
    lastVersion = version;
    complaint = talk.complaint().orElse("");
    last = Optional.of(talk);
    talked = true;
    if (bad) {
      failures++;
      later(settings.longest());
    } else if (fruitless) {
      // What it lacks it does not take, or the other way round: no fault, but no use either.
      failures = 0;
      later(settings.idle());
    } else if (idle) {
      failures = 0;
      later(settings.idle());
    } else {
      failures = 0;
      delay = settings.interval();
    }
    dueNanos = now + delay.toNanos();
  }

  /**
   * A conversation was broken off.
   *
   * @param gave whether the peer was given anything in it: then that may be why, it is given less
   *     the next time, and what it does not take at last no more, so that it can go on at once
   */
  void failed(String why, boolean gave, long now) {
    endedNanos = now;
    same = false;
    complaint = why;
    last = Optional.empty();
    talked = true;
    if (gave) {
      delay = settings.interval();
      dueNanos = now + delay.toNanos();
      return;
    }
    failures++;
    // The first time as usual, then ever later.
    dueNanos = now + delay.toNanos();
    later(settings.longest());
  }

  private void later(Duration most) {
    Duration twice = delay.multipliedBy(2);
    delay = twice.compareTo(most) > 0 ? most : twice;
  }

  boolean same() {
    return same;
  }

  int failures() {
    return failures;
  }

  Optional<String> complaint() {
    return complaint.isEmpty() ? Optional.empty() : Optional.of(complaint);
  }

  /** For operators; empty before the first conversation. */
  Optional<PeerStanding> shown(PeerId peer, String protocol, long now) {
    return talked
        ? Optional.of(
            new PeerStanding(
                peer,
                protocol,
                last,
                Duration.ofNanos(now - endedNanos),
                failures,
                Duration.ofNanos(failures > 0 ? Math.max(0, dueNanos - now) : 0),
                complaint()))
        : Optional.empty();
  }
}
