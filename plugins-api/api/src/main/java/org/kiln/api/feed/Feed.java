package org.kiln.api.feed;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The way out of the node: what was kept and what it did, in one order that outlives restart, crash
 * and rebuild. Published as a service. Thread-safe.
 *
 * <p>Exactly once: keep {@link FeedCursor#position} in the same transaction as what is derived from
 * the elements, and go on from there. A plugin that would rather be called than call registers a
 * {@link ChangeReader} or an {@link EventReader}.
 */
@ProviderType
public interface Feed {

  /**
   * Events, each after everything that its {@code prev} reaches; from the first one after a token,
   * then live.
   *
   * @throws FeedException when the token is not of this journal
   */
  FeedCursor<FeedEvent> events(ResumeToken after) throws FeedException;

  /**
   * Changes of streams, from the first one after a token, then live. There is one change for each
   * write of a client that was acknowledged; changes by events of other nodes may be taken together
   * when they come together.
   *
   * @throws FeedException when the token is not of this journal
   */
  FeedCursor<StreamChange> changes(ResumeToken after) throws FeedException;

  /** Before everything. */
  ResumeToken beginning();

  /** Behind everything that is durable now. */
  ResumeToken now();
}
