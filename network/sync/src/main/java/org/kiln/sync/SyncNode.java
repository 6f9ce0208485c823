package org.kiln.sync;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.kiln.api.feed.Feed;
import org.kiln.api.stream.StreamId;
import org.kiln.core.feed.FeedFollower;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.BlockFetcher;
import org.kiln.core.net.PubSub;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamReads;

/** The service with threads and a clock of its own. */
public final class SyncNode implements AutoCloseable {
  private final SystemTimer timer = new SystemTimer();
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sync ", 0).factory());
  private final Sync sync;
  private final FeedFollower follower;

  /** Begins to listen; parameters as those of the service. */
  public SyncNode(
      EventLog log,
      StreamReads streams,
      StreamArrivals arrivals,
      PubSub pubSub,
      Supplier<Optional<BlockFetcher>> fetcher,
      Connections peers,
      Predicate<StreamId> wanted,
      Sync.Place place) {
    this.sync =
        new Sync(log, streams, arrivals, pubSub, fetcher, peers, wanted, place, timer, workers);
    // From now, also after a restart: whoever missed a tip meanwhile asks for it.
    this.follower = new FeedFollower("kiln-sync-feed", sync::changed);
  }

  /** The service. */
  public Sync sync() {
    return sync;
  }

  /** What happens on this node is read from here. */
  public void feed(Feed feed) {
    follower.use(feed);
  }

  /** It is not any more. */
  public void feedGone(Feed feed) {
    follower.gone(feed);
  }

  /** Leaves the topic and breaks off what is under way. */
  @Override
  public void close() throws Exception {
    follower.close();
    sync.close();
    timer.close();
    workers.shutdownNow();
  }
}
