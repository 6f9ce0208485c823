package org.kiln.events.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;
import org.kiln.api.store.StoreSpec;
import org.kiln.events.table.SequenceIndex;

/** Opens a store of the node only when it still holds all that was known to be on the disk. */
public final class GuardedStore {
  private GuardedStore() {}

  /**
   * Opens it.
   *
   * @throws StoreException CORRUPT when it is gone, emptied, cut short or damaged; it is as it was
   *     then, and the message says what to do
   */
  public static Store open(StoreBackend backend, StoreSpec spec) {
    Path file = StoreMark.besides(spec.directory());
    Optional<StoreMark.Reached> reached = StoreMark.read(file);
    try {
      reached.filter(mark -> mark.sequence() > 0).ifPresent(mark -> refuseEmpty(spec, mark));
      long syncedTo = reached.map(StoreMark.Reached::syncedTo).orElse(0L);
      Store store = backend.open(spec.withSyncedTo(syncedTo));
      try {
        reached.ifPresent(mark -> refuseShorter(store, spec.directory(), mark));
        return store;
      } catch (RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (StoreException e) {
      throw e.kind() == Kind.CORRUPT ? withAdvice(e, reached.isPresent(), file) : e;
    }
  }

  private static void refuseEmpty(StoreSpec spec, StoreMark.Reached reached) {
    Path directory = spec.directory();
    try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : Stream.of()) {
      if (files.findAny().isEmpty()) {
        throw new StoreException(
            Kind.CORRUPT,
            "The store in "
                + directory
                + (Files.exists(directory) ? " is empty" : " is gone")
                + ": it had "
                + reached.sequence()
                + " events.",
            null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For stores that cannot tell how far they go. One without files has nothing to lose. */
  private static void refuseShorter(Store store, Path directory, StoreMark.Reached reached) {
    long last = store.read(SequenceIndex::last);
    if (last < reached.sequence() && store.stats().diskBytes() > 0) {
      throw new StoreException(
          Kind.CORRUPT,
          "The store in "
              + directory
              + " ends with event "
              + last
              + "; it had "
              + reached.sequence()
              + ".",
          null);
    }
  }

  private static StoreException withAdvice(StoreException e, boolean marked, Path file) {
    String advice =
        " Nothing was changed. 'kiln check' says how far the damage goes; 'kiln rescue' saves all"
            + " that can be read into a new store.";
    String older =
        marked ? " If you put back an older copy on purpose, delete " + file + " first." : "";
    String message = e.getMessage() + (e.getMessage().endsWith(".") ? "" : ".");
    return new StoreException(Kind.CORRUPT, message + advice + older, e);
  }
}
