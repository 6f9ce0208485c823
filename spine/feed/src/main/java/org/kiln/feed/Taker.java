package org.kiln.feed;

import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;

/**
 * What a plugin takes from the feed with, whichever of the two kinds it is.
 *
 * @param <T> what it takes
 */
public interface Taker<T> {
  /** Which feed: {@code changes} or {@code events}. */
  String feed();

  /** See {@link ChangeReader#position}. */
  Optional<ResumeToken> position() throws Exception;

  /** See {@link ChangeReader#take}. */
  void take(List<T> batch, ResumeToken position) throws Exception;

  /** See {@link ChangeReader#refused}. */
  void refused(FeedException reason) throws Exception;

  /** A cursor for it. */
  FeedCursor<T> open(Feed from, ResumeToken after) throws FeedException;

  /** Takes changes. */
  static Taker<StreamChange> of(ChangeReader reader) {
    return new Changes(reader);
  }

  /** Takes events. */
  static Taker<FeedEvent> of(EventReader reader) {
    return new Events(reader);
  }

  /** Of changes. */
  record Changes(ChangeReader reader) implements Taker<StreamChange> {
    @Override
    public String feed() {
      return "changes";
    }

    @Override
    public Optional<ResumeToken> position() throws Exception {
      return reader.position();
    }

    @Override
    public void take(List<StreamChange> batch, ResumeToken position) throws Exception {
      reader.take(batch, position);
    }

    @Override
    public void refused(FeedException reason) throws Exception {
      reader.refused(reason);
    }

    @Override
    public FeedCursor<StreamChange> open(Feed from, ResumeToken after) throws FeedException {
      return from.changes(after);
    }
  }

  /** Of events. */
  record Events(EventReader reader) implements Taker<FeedEvent> {
    @Override
    public String feed() {
      return "events";
    }

    @Override
    public Optional<ResumeToken> position() throws Exception {
      return reader.position();
    }

    @Override
    public void take(List<FeedEvent> batch, ResumeToken position) throws Exception {
      reader.take(batch, position);
    }

    @Override
    public void refused(FeedException reason) throws Exception {
      reader.refused(reason);
    }

    @Override
    public FeedCursor<FeedEvent> open(Feed from, ResumeToken after) throws FeedException {
      return from.events(after);
    }
  }
}
