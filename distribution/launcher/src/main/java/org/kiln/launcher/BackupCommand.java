package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * {@code kiln backup DIR}: copies a node to another directory, beside its work when it runs. Files
 * are kept by the hash of their content, so that a second backup copies what is new.
 */
final class BackupCommand {
  static final String NAME = "backup";
  static final String WITHOUT_IDENTITY = "--without-identity";
  private static final String SETTINGS = "kiln.properties";
  private static final int MIB = 1 << 20;

  /** As often it is tried anew, when the node was stopped or started meanwhile. */
  private static final int RUNS = 5;

  private final Configuration configuration;
  private final PrintStream out;
  private final Path data;
  private final Consumer<Path> read;

  BackupCommand(Configuration configuration, PrintStream out) {
    this(configuration, out, file -> {});
  }

  /** One that tells of each file when it was read: what a node does meanwhile can be tried so. */
  BackupCommand(Configuration configuration, PrintStream out, Consumer<Path> read) {
    this.configuration = configuration;
    this.out = out;
    this.data = configuration.dataDirectory();
    this.read = read;
  }

  int run(List<String> words) throws RefusedException {
    List<String> names = words.stream().filter(word -> !word.startsWith("--")).toList();
    if (names.size() != 1) {
      throw RefusedException.configuration("kiln backup needs one DIR to copy to.");
    }
    boolean identity = !words.contains(WITHOUT_IDENTITY);
    store(); // before a directory is made for it
    try (BackupTarget target = BackupTarget.write(Configuration.expand(names.get(0)), data)) {
      String node = NodeId.of(data);
      Optional<BackupManifest> before = before(target, node, identity);
      for (int run = 0; run < RUNS; run++) {
        if (run(target, node, identity, before)) {
          return Exit.OK;
        }
        out.println("The node was stopped or started meanwhile: the copy begins anew.");
      }
      throw RefusedException.storage(
          "The node was stopped or started each time before its files were copied.");
    } catch (IOException e) {
      throw RefusedException.storage(
          "The backup did not come to its end: "
              + e
              + ". The one that was there before, if any, is as it was.");
    }
  }

  /** Copies what is there now; false when that changed hands meanwhile. */
  private boolean run(
      BackupTarget target, String node, boolean identity, Optional<BackupManifest> before)
      throws RefusedException, IOException {
    List<Path> keys = new ArrayList<>(BackupSource.keys(configuration));
    Optional<DataDirectory> mine = DataDirectory.tryOpen(data);
    if (mine.isPresent()) {
      // Nobody must begin to write meanwhile.
      try (DataDirectory held = mine.get()) {
        LogConfigurator.use(held.logs(), configuration);
        return copy(target, node, identity, keys, before, () -> true);
      }
    }
    RunningNode running = RunningNode.in(data);
    keys.addAll(running.keys());
    String backend = store().backend();
    if (!backend.equals(StoreRecord.XODUS)) {
      throw RefusedException.storage(
          "The store is of "
              + backend
              + ", whose files can be copied while the node is stopped only.");
    }
    return copy(target, node, identity, keys, before, () -> running.isStill(data));
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
  private Optional<BackupManifest> before(BackupTarget target, String node, boolean identity)
      throws RefusedException {
    Optional<BackupManifest> found = target.manifest();
    if (found.isEmpty()) {
      return found;
    }
    BackupManifest before = found.get();
    String network = network();
    if (!before.network().equals(network)) {
      throw RefusedException.storage(
          target.path()
              + " has a backup of a node of the network "
              + before.network()
              + ", and this one is of "
              + network
              + ". Name another directory.");
    }
    if (!before.node().equals(node)) {
      throw RefusedException.storage(
          target.path() + " has a backup of another node. Name another directory.");
    }
    if (!identity && before.identity()) {
      throw RefusedException.storage(
          target.path()
              + " has a backup with the node's identity. Name another directory for one without.");
    }
    return found;
  }

  private String network() throws RefusedException {
    try {
      return Files.readString(data.resolve("network")).strip();
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + data.resolve("network") + ": " + e);
    }
  }

  private boolean copy(
      BackupTarget target,
      String node,
      boolean identity,
      List<Path> keys,
      Optional<BackupManifest> before,
      BooleanSupplier still)
      throws RefusedException, IOException {
    Path to = target.path();
    BackupSource source = new BackupSource(data.toRealPath(), store(), to, keys);
    BackupFiles files = new BackupFiles(to);
    String taken = Instant.now().toString();
    NodeCopy copy =
        new NodeCopy(
            source,
            files,
            identity,
            before.map(BackupManifest::files).orElse(List.of()),
            read,
            out);
    List<BackupManifest.Entry> entries = copy.entries();
    List<String> secret = new ArrayList<>(source.files(true));
    secret.removeAll(source.files(false));
    if (!still.getAsBoolean()) {
      return false;
    }
    BackupManifest made = new BackupManifest(network(), node, identity, taken, entries);
    files.sync();
    made.write(to);
    files.prune(entries);
    out.printf(
        "%,d files, %,d MiB, of which %,d MiB are new. 'kiln restore %s --data NEW' brings it"
            + " back.%n",
        entries.size(), made.bytes() / MIB, files.added() / MIB, to);
    if (!copy.notice().isEmpty()) {
      out.println(copy.notice());
    }
    if (!identity) {
      sayWhatIsLeftOut(secret, entries);
    }
    return true;
  }

  /** Keys that only settings know which nobody has named here are not among them. */
  private void sayWhatIsLeftOut(List<String> secret, List<BackupManifest.Entry> entries) {
    out.println("Left out: " + (secret.isEmpty() ? "nothing" : String.join(", ", secret)) + ".");
    if (entries.stream().anyMatch(entry -> entry.path().equals(SETTINGS))) {
      out.println(
          SETTINGS + " is copied with all it says: passwords and keys in its URLs among that.");
    }
  }
}
