package org.kiln.core.guard.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.EventReader;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.core.guard.PluginUnavailableException;

/**
 * A plugin's readers of the feed. A call may take as long as it likes, since nobody else waits for
 * it, and ends with the plugin. What it throws becomes a {@link PluginUnavailableException} with a
 * sentence; who calls has the feed's place to show beside it, and logs.
 */
final class GuardedReader {
  private final Object owner;
  private final PluginThreads threads;

  private GuardedReader(Object owner, PluginThreads threads) {
    this.owner = owner;
    this.threads = threads;
  }

  private <T> T call(String what, Callable<T> work) throws PluginUnavailableException {
    return threads.serve(
        owner,
        what,
        PluginUnavailableException.class,
        caller -> {
          try {
            return work.call();
          } catch (Throwable e) { // also what it must not throw
            throw new PluginUnavailableException(threads.plugin(), true, Outcome.sentence(e));
          }
        });
  }

  /** A reader of changes. */
  static final class Changes implements ChangeReader {
    private final ChangeReader reader;
    private final GuardedReader guard;

    Changes(ChangeReader reader, PluginThreads threads) {
      this.reader = reader;
      this.guard = new GuardedReader(this, threads);
    }

    @Override
    public Optional<ResumeToken> position() throws PluginUnavailableException {
      return guard.call(
          "ChangeReader.position", () -> Checked.present(reader.position(), "position()"));
    }

    @Override
    public void take(List<StreamChange> changes, ResumeToken position)
        throws PluginUnavailableException {
      guard.call(
          "ChangeReader.take",
          () -> {
            reader.take(changes, position);
            return null;
          });
    }

    @Override
    public void refused(FeedException reason) throws PluginUnavailableException {
      guard.call(
          "ChangeReader.refused",
          () -> {
            reader.refused(reason);
            return null;
          });
    }
  }

  /** A reader of events. */
  static final class Events implements EventReader {
    private final EventReader reader;
    private final GuardedReader guard;

    Events(EventReader reader, PluginThreads threads) {
      this.reader = reader;
      this.guard = new GuardedReader(this, threads);
    }

    @Override
    public Optional<ResumeToken> position() throws PluginUnavailableException {
      return guard.call(
          "EventReader.position", () -> Checked.present(reader.position(), "position()"));
    }

    @Override
    public void take(List<FeedEvent> events, ResumeToken position)
        throws PluginUnavailableException {
      guard.call(
          "EventReader.take",
          () -> {
            reader.take(events, position);
            return null;
          });
    }

    @Override
    public void refused(FeedException reason) throws PluginUnavailableException {
      guard.call(
          "EventReader.refused",
          () -> {
            reader.refused(reason);
            return null;
          });
    }
  }
}
