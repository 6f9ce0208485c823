package org.kiln.imports;

import java.nio.file.Path;
import java.sql.Driver;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.log.EventLog;
import org.kiln.core.net.Interests;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamStats;
import org.kiln.launch.ImportTask;
import org.kiln.launch.Progress;
import org.kiln.launch.TaskFailedException;
import org.kiln.launch.TaskFailedException.Kind;

/** Imports into one node. One at a time; the node should do nothing else. */
public final class Imports implements ImportTask {
  private final StreamArrivals arrivals;
  private final StreamStats stats;
  private final EventLog log;
  private final Interests interests;
  private final NetworkId network;
  private final Driver sqlite;

  /**
   * Into a node by its doors.
   *
   * @param sqlite the driver of SQLite
   */
  public Imports(
      StreamArrivals arrivals,
      StreamStats stats,
      EventLog log,
      Interests interests,
      NetworkId network,
      Driver sqlite) {
    this.arrivals = arrivals;
    this.stats = stats;
    this.log = log;
    this.interests = interests;
    this.network = network;
    this.sqlite = sqlite;
  }

  @Override
  public void check(Path place) throws TaskFailedException {
    try (OneStore store = OneStore.open(sqlite, place, OneImport.longestBlock())) {
      new OneImport(arrivals, log, network, store, new Findings()).requireNetwork();
    } catch (OneStoreException e) {
      throw new TaskFailedException(Kind.OTHER, e.getMessage(), e);
    }
  }

  @Override
  public Report importOne(Path place, Progress progress) throws TaskFailedException {
    Findings findings = new Findings();
    try (OneStore store = OneStore.open(sqlite, place, OneImport.longestBlock())) {
      OneImport work = new OneImport(arrivals, log, network, store, findings);
      work.run(progress);
      long wanted = new OneInterests(interests, log, network, store, findings).take();
      return new Report(
          work.taken(),
          work.present(),
          findings.refusedCount(),
          findings.unverifiedCount(),
          stats.stats().waiting(),
          wanted,
          findings.lines());
    } catch (OneStoreException e) {
      throw new TaskFailedException(Kind.OTHER, e.getMessage(), e);
    } catch (StoreException e) {
      throw new TaskFailedException(Kind.STORAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
