package org.kiln.sample.authors;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.stream.StreamId;

/**
 * The index and the place in the feed it was made up to, in one file and always of one moment: both
 * are written by one commit, so a crash leaves the file at an earlier moment, whole, and the feed
 * gives again what came after it. That is all that "exactly once" takes; nothing is synced to the
 * disk for it. Thread-safe.
 */
final class AuthorIndex implements AutoCloseable {
  private static final String TOKEN = "token";

  /** Sorts before all that may follow a DID in a key. */
  private static final String SEPARATOR = "\n";

  private final MVStore store;
  private final MVMap<String, String> place;

  /** Stream → the DID that controls it. */
  private final MVMap<String, String> controllers;

  /** DID, separator, stream → {@link Entry} as text. */
  private final MVMap<String, String> entries;

  /**
   * What is known of a stream.
   *
   * @param tip its newest event
   * @param writes changes by clients of this node
   * @param changes all changes
   */
  record Entry(String stream, String tip, long writes, long changes) {
    private static final Entry NONE = new Entry("", "", 0, 0);

    private static Entry parse(String stream, String text) {
      if (text == null) {
        return NONE;
      }
      String[] words = text.split(" ");
      return new Entry(stream, words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    private String text() {
      return tip + " " + writes + " " + changes;
    }
  }

  /** Some streams of an author, and the place in the feed that they were so at. */
  record Page(Optional<String> token, List<Entry> entries, boolean more) {}

  /** Finds out who controls a stream. */
  interface Controllers {
    String of(StreamId stream) throws IOException;
  }

  /** Opens the file, or makes it. One that is damaged is begun anew: the feed has everything. */
  AuthorIndex(File file) throws IOException {
    store = open(file);
    place = store.openMap("place");
    controllers = store.openMap("controllers");
    entries = store.openMap("entries");
  }

  private static MVStore open(File file) throws IOException {
    MVStore.Builder builder =
        new MVStore.Builder().fileName(file.getPath()).autoCommitDisabled().cacheSize(4);
    try {
      return builder.open();
    } catch (MVStoreException e) {
      if (e.getErrorCode() != DataUtils.ERROR_FILE_CORRUPT) {
        throw new IOException("The index cannot be opened: " + e.getMessage(), e);
      }
      Files.delete(file.toPath());
      return builder.open();
    }
  }

  /** The place up to which the index is made; empty for one that has just begun. */
  synchronized Optional<ResumeToken> position() throws FeedException {
    String token = place.get(TOKEN);
    return token == null ? Optional.empty() : Optional.of(ResumeToken.parse(token));
  }

  /** Takes changes and their place, or nothing. */
  synchronized void take(List<StreamChange> changes, ResumeToken position, Controllers who)
      throws IOException {
    try {
      for (StreamChange change : changes) {
        add(change, who.of(change.stream()));
      }
      place.put(TOKEN, position.toString());
      store.commit();
    } catch (IOException | RuntimeException e) {
      store.rollback();
      throw e;
    }
  }

  private void add(StreamChange change, String controller) {
    String stream = change.stream().toString();
    String before = controllers.put(stream, controller);
    String old = before == null ? null : entries.remove(before + SEPARATOR + stream);
    Entry entry = Entry.parse(stream, old);
    long writes = entry.writes() + (change.origin() instanceof Origin.Client ? 1 : 0);
    entries.put(
        controller + SEPARATOR + stream,
        new Entry(stream, change.tip().toString(), writes, entry.changes() + 1).text());
  }

  /** Forgets everything. */
  synchronized void clear() {
    place.clear();
    controllers.clear();
    entries.clear();
    store.commit();
  }

  /**
   * The streams of an author, in the order of their ids.
   *
   * @param after begin behind that stream; empty for the first
   * @param most how many
   */
  synchronized Page page(String did, String after, int most) {
    String prefix = did + SEPARATOR;
    List<Entry> found = new ArrayList<>();
    var cursor = entries.cursor(after.isEmpty() ? prefix : prefix + after + SEPARATOR);
    while (cursor.hasNext() && found.size() <= most) {
      String key = cursor.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      found.add(Entry.parse(key.substring(prefix.length()), cursor.getValue()));
    }
    boolean more = found.size() > most;
    return new Page(
        Optional.ofNullable(place.get(TOKEN)), more ? found.subList(0, most) : found, more);
  }

  @Override
  public synchronized void close() {
    store.close();
  }
}
