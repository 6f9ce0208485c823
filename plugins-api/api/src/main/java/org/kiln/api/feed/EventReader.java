package org.kiln.api.feed;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service of a plugin that is called with events as they become deliverable. It has a name
 * (service property {@value ChangeReader#NAME}, 1 to 64 of {@code a-z 0-9 . -}), under which the
 * console shows how far it is; of two with one name the one of higher service ranking is called, so
 * that an upgrade takes over where the older version was.
 *
 * <p>Each reader is called on a thread of its own, one call at a time. One that throws is called
 * again after a pause, from its {@link #position}; one that hangs holds up nobody else.
 */
@ConsumerType
public interface EventReader {
  /**
   * Where to go on: the token that came with the last events whose results were kept. Asked before
   * the first call, and after a failure.
   *
   * @return empty to begin with the first event there is
   * @throws Exception when it cannot be said now; asked again after a pause
   */
  Optional<ResumeToken> position() throws Exception;

  /**
   * Takes events. What is derived from them and the token belong into one transaction.
   *
   * @param events in order; never empty
   * @param position the token to go on from once these are taken
   * @throws Exception when they are not taken; they come again after a pause
   */
  void take(List<FeedEvent> events, ResumeToken position) throws Exception;

  /**
   * The token that {@link #position} gave cannot be used. Called instead of any events until {@link
   * #position} gives another one; a reader that can begin anew forgets everything here.
   *
   * @throws Exception when that could not be done; called again after a pause
   */
  default void refused(FeedException reason) throws Exception {
    throw reason;
  }
}
