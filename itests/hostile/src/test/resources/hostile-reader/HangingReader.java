package com.example.reader;

import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.ResumeToken;
import org.osgi.framework.FrameworkUtil;

/** Does not come back, and is deaf to interrupts; version 2 is cured. */
public final class HangingReader implements EventReader {
  private static final long DAY_NANOS = 86_400_000_000_000L;

  private final boolean cured =
      FrameworkUtil.getBundle(HangingReader.class).getVersion().getMajor() > 1;
  private ResumeToken place;

  @Override
  public Optional<ResumeToken> position() {
    return Optional.ofNullable(place);
  }

  @Override
  public void take(List<FeedEvent> events, ResumeToken position) {
    long end = System.nanoTime() + DAY_NANOS;
    while (!cured && System.nanoTime() < end) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        // deaf
      }
    }
    place = position;
  }
}
