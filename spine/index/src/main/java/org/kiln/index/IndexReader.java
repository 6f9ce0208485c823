package org.kiln.index;

import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.IndexException;

/** Takes the changes of streams from the feed, and remembers why it could not. Thread-safe. */
public final class IndexReader implements ChangeReader {
  /** The name under which the feed's room shows how far it is. */
  public static final String NAME = "index";

  private final RowWriter writer;
  private volatile Optional<String> trouble = Optional.empty();

  IndexReader(RowWriter writer) {
    this.writer = writer;
  }

  @Override
  public Optional<ResumeToken> position() {
    try {
      Optional<ResumeToken> from = writer.readingFrom();
      trouble = Optional.empty();
      return from;
    } catch (RuntimeException | Error e) {
      trouble = Optional.of(sentence(e));
      throw e;
    }
  }

  @Override
  public void take(List<StreamChange> changes, ResumeToken position) {
    try {
      writer.take(changes, position);
      trouble = Optional.empty();
    } catch (RuntimeException | Error e) {
      trouble = Optional.of(sentence(e));
      throw e;
    }
  }

  /** What went wrong, for an operator. */
  static String sentence(Throwable e) {
    return e instanceof IndexException ? e.getMessage() : e.toString();
  }

  /** All of it can be derived from the new journal. */
  @Override
  public void refused(FeedException reason) {
    writer.clear();
  }

  /** Why the last try to go on failed. */
  Optional<String> trouble() {
    return trouble;
  }
}
