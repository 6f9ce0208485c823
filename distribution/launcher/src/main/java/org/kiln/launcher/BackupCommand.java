package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code kiln backup DIR}: copies a node to another directory, beside its work when it runs. Files
 * are kept by the hash of their content, so that a second backup copies what is new.
 */
final class BackupCommand {
  static final String NAME = "backup";
  static final String WITHOUT_IDENTITY = "--without-identity";
  private static final int MIB = 1 << 20;
  private static final int KIB = 1 << 10;

  /** As often the list of files is read anew, when some were deleted while they were copied. */
  private static final int ROUNDS = 50;

  private final Configuration configuration;
  private final PrintStream out;
  private final Path data;

  BackupCommand(Configuration configuration, PrintStream out) {
    this.configuration = configuration;
    this.out = out;
    this.data = configuration.dataDirectory();
  }

  int run(List<String> words) throws RefusedException {
    List<String> names = words.stream().filter(word -> !word.startsWith("--")).toList();
    if (names.size() != 1) {
      throw RefusedException.configuration("kiln backup needs one DIR to copy to.");
    }
    Path target = Configuration.expand(names.get(0));
    boolean identity = !words.contains(WITHOUT_IDENTITY);
    StorePlace store = store();
    Optional<BackupManifest> before = target(target, identity);
    if (DoctorCommand.runs(configuration)) {
      if (!store.backend().equals("xodus")) {
        throw RefusedException.storage(
            "The store is of "
                + store.backend()
                + ", whose files can be copied while the node is stopped only.");
      }
      return copy(target, store, identity, before);
    }
    // Nobody must begin to write meanwhile.
    try (DataDirectory held = DataDirectory.open(data)) {
      LogConfigurator.use(held.logs(), configuration);
      return copy(target, store, identity, before);
    }
  }

  private StorePlace store() throws RefusedException {
    if (!Files.isDirectory(data)) {
      throw RefusedException.storage("There is no data directory " + data + ".");
    }
    StoreRecord record =
        StoreRecord.read(data)
            .orElseThrow(
                () ->
                    RefusedException.storage(
                        data + " has nothing to back up: no node was ever ready there."));
    if (record.migration().isPresent()) {
      throw RefusedException.storage(
          "A migration is under way. End it, or take it back with 'kiln migrate --undo', first.");
    }
    if (record.current().backend().equals(StoreRecord.MEMORY)) {
      throw RefusedException.storage("The store is memory: nothing of it is on the disk.");
    }
    return record.current();
  }

  /** The backup that is there, which must be one of this node; or nothing. */
  private Optional<BackupManifest> target(Path target, boolean identity) throws RefusedException {
    if (target.startsWith(data) || data.startsWith(target)) {
      throw RefusedException.configuration(
          target + " and " + data + " lie in each other. Name another directory.");
    }
    Optional<BackupManifest> before = BackupManifest.read(target);
    if (before.isEmpty()) {
      try (Stream<Path> files = Files.list(target)) {
        Optional<Path> other =
            files
                .filter(file -> !file.getFileName().toString().equals("files"))
                .filter(file -> !file.getFileName().toString().startsWith(BackupManifest.FILE))
                .findFirst();
        if (other.isPresent()) {
          throw RefusedException.storage(
              target
                  + " is no backup and has other files ("
                  + other.get().getFileName()
                  + "). Name an empty directory, or a new one.");
        }
      } catch (NoSuchFileException e) {
        return before; // it is made
      } catch (IOException e) {
        throw RefusedException.storage("Cannot use " + target + ": " + e);
      }
      return before;
    }
    if (!before.get().network().equals(network())) {
      throw RefusedException.storage(
          target
              + " has a backup of a node of the network "
              + before.get().network()
              + ", and this one is of "
              + network()
              + ". Name another directory.");
    }
    if (!identity && before.get().identity()) {
      throw RefusedException.storage(
          target
              + " has a backup with the node's identity. Name another directory for one without.");
    }
    return before;
  }

  private String network() throws RefusedException {
    try {
      return Files.readString(data.resolve("network")).strip();
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + data.resolve("network") + ": " + e);
    }
  }

  private int copy(Path target, StorePlace store, boolean identity, Optional<BackupManifest> before)
      throws RefusedException {
    String network = network();
    BackupSource source = new BackupSource(configuration, store);
    BackupFiles files = new BackupFiles(target);
    Map<String, BackupManifest.Entry> known = new HashMap<>();
    before.ifPresent(old -> old.files().forEach(entry -> known.put(entry.path(), entry)));
    try {
      Files.createDirectories(target);
      String taken = Instant.now().toString();
      BackupManifest made =
          new BackupManifest(network, identity, taken, entries(source, files, identity, known));
      files.sync();
      made.write(target);
      files.prune(made.files());
      out.printf(
          "%,d files, %,d MiB, of which %,d MiB are new. 'kiln restore %s --data NEW' brings it"
              + " back.%n",
          made.files().size(), made.bytes() / MIB, files.added() / MIB, target);
      return Exit.OK;
    } catch (IOException e) {
      throw RefusedException.storage(
          "The backup did not come to its end: "
              + e
              + ". The one that was there before, if any, is as it was.");
    }
  }

  private List<BackupManifest.Entry> entries(
      BackupSource source,
      BackupFiles files,
      boolean identity,
      Map<String, BackupManifest.Entry> known)
      throws IOException {
    // Before the store: an index that is behind it goes on from where it is.
    Map<String, BackupManifest.Entry> kept = new LinkedHashMap<>(index(files));
    Set<String> whole = new HashSet<>();
    ProgressBar bar = new ProgressBar(out, "KiB");
    long total = 0;
    for (String path : source.files(identity)) {
      total += sizeOf(data.resolve(path));
    }
    boolean vanished = true;
    for (int round = 0; vanished; round++) {
      if (round == ROUNDS) {
        throw new IOException("the store's files are cleaned up faster than they can be copied");
      }
      vanished = false;
      List<String> now = source.files(identity);
      String last = now.stream().filter(source::isStoreFile).reduce("", (a, b) -> b);
      for (String path : now) {
        if (isDone(path, source, whole, round)) {
          continue;
        }
        try {
          kept.put(path, entry(path, source, files, known));
          if (source.isStoreFile(path) && !path.equals(last)) {
            whole.add(path);
          }
        } catch (NoSuchFileException e) {
          // The cleaner has copied what is of use in it to the end, and all of that is wanted.
          vanished |= source.isStoreFile(path);
          kept.remove(path);
        }
        long bytes = kept.values().stream().mapToLong(BackupManifest.Entry::bytes).sum();
        bar.reached(Math.min(bytes, total) / KIB, total / KIB + 1);
      }
    }
    bar.reached(total / KIB + 1, total / KIB + 1);
    kept.keySet()
        .removeIf(path -> source.isSum(path) && !kept.containsKey(BackupSource.ofSum(path)));
    return List.copyOf(kept.values());
  }

  /**
   * The index of documents. SQLite moves what was written from beside the database into it now and
   * then; when the database is the same before and after, what is beside it belongs to it.
   */
  private Map<String, BackupManifest.Entry> index(BackupFiles files) throws IOException {
    Path database = data.resolve(BackupSource.DATABASE);
    Path ahead = data.resolve(BackupSource.AHEAD);
    for (int i = 0; i < ROUNDS; i++) {
      try {
        Map<String, BackupManifest.Entry> both = new LinkedHashMap<>();
        BackupManifest.Entry entry = files.add(database, false, BackupSource.DATABASE);
        both.put(entry.path(), entry);
        if (Files.exists(ahead)) {
          both.put(BackupSource.AHEAD, files.add(ahead, false, BackupSource.AHEAD));
        }
        if (BackupFiles.isStill(entry, database)) {
          return both;
        }
      } catch (NoSuchFileException e) {
        if (!Files.exists(database)) {
          return Map.of();
        }
      }
    }
    throw new IOException("the index of documents changes faster than it can be copied");
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // gone since it was listed
    }
  }

  /** After the first round only what is still written to, or has come, is looked at. */
  private static boolean isDone(String path, BackupSource source, Set<String> whole, int round) {
    if (BackupSource.isIndex(path)) {
      return true;
    }
    if (source.isStoreFile(path)) {
      return whole.contains(path);
    }
    return round > 0 && !(source.isSum(path) && !whole.contains(BackupSource.ofSum(path)));
  }

  private BackupManifest.Entry entry(
      String path, BackupSource source, BackupFiles files, Map<String, BackupManifest.Entry> known)
      throws IOException {
    Path file = data.resolve(path);
    BackupManifest.Entry old = known.get(path);
    if (old != null && source.isStoreFile(path) && files.isSame(old, file)) {
      return old;
    }
    return files.add(file, source.isKey(file), path);
  }
}
