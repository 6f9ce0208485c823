package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code kiln restore DIR}: makes a data directory of a backup. */
final class RestoreCommand {
  static final String NAME = "restore";

  /** Is there until all is: a node that came up with half of its events would look well. */
  static final String UNFINISHED = "restore.unfinished";

  private static final int MIB = 1 << 20;
  private static final int KIB = 1 << 10;

  /** What a command that takes the lock makes itself. */
  private static final List<String> OURS = List.of("logs", "kiln.lock");

  private final Configuration configuration;
  private final PrintStream out;

  RestoreCommand(Configuration configuration, PrintStream out) {
    this.configuration = configuration;
    this.out = out;
  }

  int run(List<String> words) throws RefusedException {
    List<String> names = words.stream().filter(word -> !word.startsWith("--")).toList();
    if (names.size() != 1 || !configuration.isGiven("data")) {
      throw RefusedException.configuration(
          "kiln restore needs one DIR that 'kiln backup' has made, and --data for the new node.");
    }
    Path backup = Configuration.expand(names.get(0));
    boolean identity = !words.contains(BackupCommand.WITHOUT_IDENTITY);
    Path data = configuration.dataDirectory();
    BackupManifest manifest;
    // Held, since a backup that is brought up to date deletes what it needs no more.
    try (BackupTarget reading = BackupTarget.read(backup)) {
      manifest =
          reading.manifest().orElseThrow(() -> RefusedException.storage(backup + " is no backup."));
      Directories.refuseNested(backup, data);
      refuseOtherNetwork(manifest.network());
      refuseForeign(data, backup);
      restore(manifest, backup, data, identity);
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + backup + ": " + e);
    }
    out.println("Restored to " + data + ", as it was at " + manifest.taken() + ".");
    out.println(
        identity && manifest.identity()
            ? "To others it is the same node: run only one of them."
            : "It gets an identity of its own at its first start.");
    return Exit.OK;
  }

  private void refuseOtherNetwork(String network) throws RefusedException {
    String wanted = configuration.get("network");
    if (configuration.isGiven("network") && !wanted.equals(network)) {
      throw RefusedException.configuration(
          "The backup is of the network " + network + ", not of " + wanted + ".");
    }
  }

  private void restore(BackupManifest manifest, Path backup, Path data, boolean identity)
      throws RefusedException {
    try (DataDirectory held = DataDirectory.openForRestore(data)) {
      refuseForeign(data, backup); // somebody may have been here before the lock was ours
      if (unfinished(data).isPresent()) {
        clear(held.path());
      }
      room(held.path(), manifest);
      begin(data, backup);
      copy(manifest, backup, data, identity);
      Files.delete(data.resolve(UNFINISHED));
      BackupManifest.sync(data);
    } catch (IOException e) {
      throw RefusedException.storage(
          "Not restored: "
              + e
              + ". Say the same again when that is mended: it begins anew. Until then no node"
              + " starts in "
              + data
              + ".");
    }
  }

  /** Nothing is written over but what an earlier try of the same has left. */
  private static void refuseForeign(Path data, Path backup) throws RefusedException {
    Optional<String> begun = unfinished(data);
    if (begun.isPresent()) {
      if (!begun.get().equals(backup.toString())) {
        throw RefusedException.storage(
            data
                + " has a restore of "
                + begun.get()
                + " that did not come to its end. Go on with that one, or name a new directory.");
      }
      return;
    }
    try (Stream<Path> files = Files.list(data)) {
      Optional<Path> other =
          files.filter(file -> !OURS.contains(file.getFileName().toString())).findFirst();
      if (other.isPresent()) {
        throw RefusedException.storage(
            data
                + " is not empty ("
                + other.get().getFileName()
                + "). Name a new directory with --data; nothing is written over.");
      }
    } catch (NoSuchFileException e) {
      return; // it is made
    } catch (IOException e) {
      throw RefusedException.storage("Cannot use " + data + ": " + e);
    }
  }

  private static void begin(Path data, Path backup) throws IOException {
    Files.writeString(data.resolve(UNFINISHED), backup + "\n");
    BackupManifest.sync(data.resolve(UNFINISHED));
    BackupManifest.sync(data);
  }

  /**
   * Deletes what an earlier try has left: with other options, or of a backup that has been brought
   * up to date since, it would be a part of no node. Links are deleted and not followed.
   */
  private static void clear(Path data) throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.list(data)) {
      left = files.toList();
    }
    for (Path path : left) {
      String name = path.getFileName().toString();
      if (!OURS.contains(name) && !name.equals(UNFINISHED)) {
        Directories.delete(path);
      }
    }
  }

  /** The backup that a directory was being made of. */
  static Optional<String> unfinished(Path data) throws RefusedException {
    try {
      return Optional.of(Files.readString(data.resolve(UNFINISHED)).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + data.resolve(UNFINISHED) + ": " + e);
    }
  }

  private static void room(Path data, BackupManifest manifest) throws IOException {
    long free = Files.getFileStore(data).getUsableSpace();
    if (free < manifest.bytes()) {
      throw new IOException(
          "it needs "
              + manifest.bytes() / MIB
              + " MiB, and there are "
              + free / MIB
              + " MiB left where "
              + data
              + " lies");
    }
  }

  private void copy(BackupManifest manifest, Path backup, Path data, boolean identity)
      throws IOException {
    BackupFiles files = new BackupFiles(backup);
    ProgressBar bar = new ProgressBar(out, "KiB");
    long total = manifest.bytes() / KIB + 1;
    long done = 0;
    for (BackupManifest.Entry entry : manifest.files()) {
      if (identity || !entry.key()) {
        files.restore(entry, data.resolve(entry.path()));
      }
      done += entry.bytes();
      bar.reached(done / KIB, total);
    }
    bar.reached(total, total);
  }
}
