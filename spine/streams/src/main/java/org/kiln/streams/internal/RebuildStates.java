package org.kiln.streams.internal;

import org.kiln.api.store.StoreException;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NodeStore;
import org.kiln.launch.Progress;
import org.kiln.launch.RebuildTask;
import org.kiln.launch.TaskFailedException;
import org.kiln.launch.TaskFailedException.Kind;
import org.kiln.streams.Rebuild;
import org.kiln.streams.Streams;

/** The rebuild as the launcher asks for it. */
final class RebuildStates implements RebuildTask {
  private final Streams streams;
  private final NodeStore store;

  RebuildStates(Streams streams, NodeStore store) {
    this.streams = streams;
    this.store = store;
  }

  @Override
  public Report rebuild(Progress progress) throws TaskFailedException {
    try {
      Rebuild.Report report = streams.rebuild(store).run(progress::reached);
      return new Report(
          report.streams(), report.waiting(), report.invalid(), report.orphans(), report.left());
    } catch (StoreException e) {
      throw new TaskFailedException(Kind.STORAGE, String.valueOf(e.getMessage()), e);
    } catch (LogBusyException | RuntimeException e) {
      throw new TaskFailedException(Kind.OTHER, String.valueOf(e.getMessage()), e);
    }
  }
}
