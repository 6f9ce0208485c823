package org.kiln.feed;

import java.time.Duration;

/**
 * How long what is waited for.
 *
 * @param firstPause before a reader that failed is called again; doubled each time
 * @param longestPause at most that
 * @param breath from the begin of one call to the next while little comes: what comes meanwhile is
 *     taken together, which costs a node under load a fraction of a call for each write
 * @param retry between two looks for something that is not there now: the feed, or the end of a
 *     call that nobody waits for any more
 * @param hanging a call that takes longer is said to hang
 * @param leave what the call under way of a reader that goes has to end
 */
public record Patience(
    Duration firstPause,
    Duration longestPause,
    Duration breath,
    Duration retry,
    Duration hanging,
    Duration leave) {

  /** That of a node. */
  public static Patience hangingAfter(Duration hanging) {
    return new Patience(
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        hanging,
        Duration.ofSeconds(3));
  }
}
