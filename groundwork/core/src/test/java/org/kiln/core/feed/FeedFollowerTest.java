package org.kiln.core.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

class FeedFollowerTest {
  private static final Cid TIP =
      Cid.parse("bafyreigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi");
  private static final StreamId STREAM = StreamId.of(0, TIP);

  private final BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
  private final FeedFollower follower = new FeedFollower("test-follower", this::hear);

  @AfterEach
  void close() {
    follower.close();
  }

  private void hear(StreamChange change) {
    heard.add(change.token().position());
    if (change.token().position() == 3) {
      throw new IllegalStateException("Nobody wants the third");
    }
  }

  private void hears(long... positions) throws InterruptedException {
    for (long position : positions) {
      assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(position);
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void shouldHearWhatComesFromNowOn() throws Exception {
    Numbers feed = new Numbers(1);
    feed.add(1);
    follower.use(feed);
    feed.add(1);
    hears(2);
    feed.add(2);
    hears(3, 4);
  }

  @Test
  void shouldGoOnWhereItWasWithAnotherFeed() throws Exception {
    Numbers first = new Numbers(1);
    follower.use(first);
    first.add(1);
    hears(1);
    first.end();
    follower.gone(first);
    Numbers second = new Numbers(1);
    second.add(4);
    follower.use(second);
    hears(2, 3, 4);
    // A feed that went long ago does not take the newer one along.
    follower.gone(first);
    second.add(1);
    hears(5);
  }

  @Test
  void shouldTakeAFeedThatComesBeforeTheOldOneGoes() throws Exception {
    Numbers first = new Numbers(1);
    follower.use(first);
    Numbers second = new Numbers(1);
    follower.use(second);
    follower.gone(first);
    first.add(1);
    second.add(2);
    hears(1, 2);
  }

  @Test
  void shouldBeginAnewInAnotherJournal() throws Exception {
    Numbers first = new Numbers(1);
    follower.use(first);
    first.add(1);
    hears(1);
    Numbers second = new Numbers(2);
    second.add(9);
    follower.use(second);
    second.awaitsReader();
    second.add(1);
    hears(10);
  }

  @Test
  void shouldEndWhenItIsClosed() throws Exception {
    Numbers feed = new Numbers(1);
    follower.use(feed);
    feed.awaitsReader();
    follower.close();
    feed.add(1);
    assertThat(heard).isEmpty();
    assertThat(feed.readers()).isZero();
  }

  /** A feed of changes without end, of one stream. */
  private static final class Numbers implements Feed {
    private final long journal;
    private long last;
    private boolean ended;
    private int readers;

    Numbers(long journal) {
      this.journal = journal;
    }

    synchronized void add(int count) {
      last += count;
      notifyAll();
    }

    synchronized void end() {
      ended = true;
      notifyAll();
    }

    synchronized int readers() {
      return readers;
    }

    synchronized void awaitsReader() throws InterruptedException {
      while (readers == 0) {
        wait(30_000);
      }
    }

    @Override
    public FeedCursor<FeedEvent> events(ResumeToken after) {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized FeedCursor<StreamChange> changes(ResumeToken after) throws FeedException {
      if (after.journal() != journal) {
        throw new FeedException(FeedException.Reason.GONE, "Another journal");
      }
      readers++;
      notifyAll();
      return new Place(after);
    }

    @Override
    public ResumeToken beginning() {
      return new ResumeToken(journal, 0);
    }

    @Override
    public synchronized ResumeToken now() {
      return new ResumeToken(journal, last);
    }

    private final class Place implements FeedCursor<StreamChange> {
      private ResumeToken position;
      private boolean closed;

      private Place(ResumeToken position) {
        this.position = position;
      }

      @Override
      public List<StreamChange> next(int most, Duration wait) throws InterruptedException {
        synchronized (Numbers.this) {
          while (!closed && !ended && position.position() == last) {
            Numbers.this.wait();
          }
          if (ended) {
            throw new IllegalStateException("Ended");
          }
          List<StreamChange> changes = new ArrayList<>();
          while (!closed && changes.size() < most && position.position() < last) {
            position = position.at(position.position() + 1);
            changes.add(
                StreamChange.of(position, STREAM, TIP, StreamChange.Kind.UPDATED, Origin.CLIENT));
          }
          return changes;
        }
      }

      @Override
      public ResumeToken position() {
        synchronized (Numbers.this) {
          return position;
        }
      }

      @Override
      public void close() {
        synchronized (Numbers.this) {
          readers -= closed ? 0 : 1;
          closed = true;
          Numbers.this.notifyAll();
        }
      }
    }
  }
}
