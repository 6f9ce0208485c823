package org.kiln.core.guard.internal;

import org.kiln.api.feed.ChangeReader;
import org.kiln.core.guard.PluginUnavailableException;

/** A plugin with one reader of the feed, for measurements outside this package. */
public final class GuardedPlugin implements AutoCloseable {
  private final PluginThreads threads =
      new PluginThreads("benchmark", null, new GuardLimits(60_000));

  /** The reader behind the plugin's guard. */
  public ChangeReader guard(ChangeReader reader) throws PluginUnavailableException {
    return Guards.guard(ChangeReader.class, reader, threads);
  }

  @Override
  public void close() {
    threads.end();
  }
}
