package org.kiln.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is done with a store that nobody has open, for {@code kiln migrate}, {@code kiln check} and
 * {@code kiln rescue}; a service of a bundle. A backend that a plugin brings is waited for, a
 * minute at most.
 *
 * <p>Every method opens the stores it needs, closes them, and throws {@link TaskFailedException}
 * when one is in use, has no backend here, or cannot be read or written.
 */
@ProviderType
public interface StoreTasks {
  /**
   * Where a store lies.
   *
   * @param backend its id, for example {@code xodus}
   * @param directory absolute
   * @param settings of the backend, for example {@code cache-mib} to {@code 32}
   */
  record Location(String backend, Path directory, Map<String, String> settings) {
    /** Copies the settings. */
    public Location {
      settings = Map.copyOf(settings);
    }
  }

  /**
   * What a store holds.
   *
   * @param entries of all tables
   * @param sha256 over all tables with their keys and values, in hex
   * @param keptSha256 over those that cannot be derived anew, in hex
   */
  record Summary(long entries, String sha256, String keptSha256) {}

  /**
   * What was found.
   *
   * @param events that are well, or were saved; −1 when they could not be looked at
   * @param known how many there were as far as anybody knows, 0 when nobody does
   * @param count of what is damaged or lost
   * @param found the first hundred thousand of it, a line each
   */
  record Report(long events, long known, long count, List<String> found) {
    /** Copies the list. */
    public Report {
      found = List.copyOf(found);
    }
  }

  /**
   * Reads the whole store.
   *
   * @param progress hears of entries
   */
  Summary summary(Location store, Progress progress) throws TaskFailedException;

  /**
   * Copies all of a store into another, which is empty or holds what an earlier try has copied from
   * the same unchanged store.
   *
   * @param progress hears of entries
   */
  void copy(Location from, Location to, Progress progress) throws TaskFailedException;

  /**
   * Looks at every byte of the files and, if the store can be opened, at every event.
   *
   * @param progress hears of events
   */
  Report check(Location store, Progress progress) throws TaskFailedException;

  /**
   * Saves every event that can still be read into a new store; the damaged one stays as it is.
   *
   * @param target holds nothing yet, or what an earlier try has saved
   * @param progress hears of events
   */
  Report rescue(Location damaged, Location target, Progress progress) throws TaskFailedException;
}
