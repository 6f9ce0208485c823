package com.example.reader;

import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;

/** Has a name that is none. */
public final class NamelessReader implements ChangeReader {
  @Override
  public Optional<ResumeToken> position() {
    return Optional.empty();
  }

  @Override
  public void take(List<StreamChange> changes, ResumeToken position) {
    throw new IllegalStateException("called");
  }
}
