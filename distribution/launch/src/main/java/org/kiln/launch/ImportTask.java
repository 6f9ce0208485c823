package org.kiln.launch;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes over what another node has kept, for {@code kiln import}; a service of a bundle. Every
 * event goes through the door for events from elsewhere, so it is verified like any other.
 */
@ProviderType
public interface ImportTask {
  /**
   * What came of it.
   *
   * @param events taken over by this run
   * @param present events that were here before it, of an earlier run say
   * @param refused events and rows that are damaged or not authentic, and were not taken
   * @param unverified events here that nobody could verify yet: a DID method or a chain is missing
   * @param waiting events of the node that wait for something before they show
   * @param interests taken over by this run, or here before it
   * @param found the first hundred thousand lines about what was not taken or not verified
   */
  record Report(
      long events,
      long present,
      long refused,
      long unverified,
      long waiting,
      long interests,
      List<String> found) {
    /** Copies the list. */
    public Report {
      found = List.copyOf(found);
    }
  }

  /**
   * Looks whether a store can be taken over, before anything of the node is made up for it.
   *
   * @param store a directory with the database of a ceramic-one, or that file
   * @throws TaskFailedException when it is no such database, is in use, or holds another network's
   *     events; nothing has changed
   */
  void check(Path store) throws TaskFailedException;

  /**
   * Runs to the end. What an earlier run has taken is passed over, so one that was cut short is
   * begun again. The other node's files are read and not changed; what it had not yet brought from
   * its write-ahead log into its database may be brought there.
   *
   * @param store a directory with the database of a ceramic-one, or that file
   * @param progress hears of its events
   * @throws TaskFailedException when it is no such database, is in use, holds another network's
   *     events, cannot be read any further, or the node's own store fails; what was taken stays
   */
  Report importOne(Path store, Progress progress) throws TaskFailedException;
}
