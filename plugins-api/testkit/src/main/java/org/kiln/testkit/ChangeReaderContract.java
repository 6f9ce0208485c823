package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * What makes a {@link ChangeReader} exactly once: the place that it keeps is the one of what it has
 * taken, in this life and the next. Subclass it and hand it a reader, and the same one reopened.
 */
public abstract class ChangeReaderContract {
  private static final int BATCH = 3;

  /** What the reader is given to read; append to it, or leave it to this class. */
  protected final FakeFeed feed = new FakeFeed();

  /** The reader of an empty place, the first time; of the same place, when it is asked again. */
  protected abstract ChangeReader open() throws Exception;

  /** Lets go of the reader, as when its plugin stops; it is not called any more. */
  protected abstract void close(ChangeReader reader) throws Exception;

  /** Whether what it derives outlives it. */
  protected boolean keepsItsPlace() {
    return true;
  }

  /** Appends changes that the reader can take. Overridden where streams must be there to load. */
  protected void appendChanges(int count) {
    for (int i = 0; i < count; i++) {
      Cid init = SampleStream.cid("stream " + i + " after " + feed.now());
      feed.change(StreamId.of(0, init), init, Kind.CREATED, Origin.CLIENT);
    }
  }

  /** Hands the reader what comes after its place; answers the tokens with which it took it. */
  protected final List<ResumeToken> read(ChangeReader reader) throws Exception {
    List<ResumeToken> taken = new ArrayList<>();
    try (FeedCursor<StreamChange> cursor =
        feed.changes(reader.position().orElse(feed.beginning()))) {
      List<StreamChange> batch = cursor.next(BATCH, Duration.ZERO);
      while (!batch.isEmpty()) {
        reader.take(batch, cursor.position());
        taken.add(cursor.position());
        batch = cursor.next(BATCH, Duration.ZERO);
      }
    }
    return taken;
  }

  @Test
  protected void shouldBeginWhereItKeepsNoPlace() throws Exception {
    ChangeReader reader = open();
    assertThat(reader.position()).isEmpty();
    close(reader);
  }

  @Test
  protected void shouldSayWhatItTookLast() throws Exception {
    ChangeReader reader = open();
    appendChanges(2 * BATCH + 1);
    List<ResumeToken> taken = read(reader);
    assertThat(taken).hasSize(3);
    assertThat(reader.position()).contains(taken.getLast());
    assertThat(read(reader)).as("what is left").isEmpty();
    close(reader);
  }

  @Test
  protected void shouldGoOnWhereItWas() throws Exception {
    assumeTrue(keepsItsPlace(), "This reader keeps no place of its own");
    ChangeReader first = open();
    appendChanges(BATCH);
    Optional<ResumeToken> kept = Optional.of(read(first).getLast());
    close(first);
    ChangeReader second = open();
    assertThat(second.position()).isEqualTo(kept);
    appendChanges(BATCH + 1);
    assertThat(read(second)).hasSize(2);
    assertThat(second.position()).contains(feed.now());
    close(second);
  }

  @Test
  protected void shouldBeginAnewOrSayThatItCannot() throws Exception {
    ChangeReader reader = open();
    appendChanges(1);
    read(reader);
    ResumeToken lost = reader.position().orElseThrow();
    feed.beginAnew();
    FeedException refusal = refusal(lost);
    boolean forgot;
    try {
      reader.refused(refusal);
      forgot = true;
    } catch (Exception e) {
      forgot = false;
    }
    // Saying that it has begun anew while it keeps a place nobody can read from would last for
    // ever.
    assertThat(reader.position()).isEqualTo(forgot ? Optional.empty() : Optional.of(lost));
    close(reader);
  }

  private FeedException refusal(ResumeToken token) {
    try {
      feed.changes(token).close();
    } catch (FeedException e) {
      return e;
    }
    throw new IllegalStateException("The feed has begun anew, and takes " + token);
  }
}
