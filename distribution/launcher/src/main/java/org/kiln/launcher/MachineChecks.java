package org.kiln.launcher;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Java, memory, open files, and the disk under the data directory. */
final class MachineChecks {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  /** The first Java that frees carriers that hang. */
  private static final int GOOD_JAVA = 24;

  private static final long FEW_FILES = 4_096;

  /** Over this a write of a client is slow for the disk alone. */
  private static final long SLOW_SYNC_NANOS = 50_000_000;

  private static final Set<String> OF_OTHERS = Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse");

  private final Configuration configuration;
  private final Path data;

  MachineChecks(Configuration configuration) {
    this.configuration = configuration;
    this.data = configuration.dataDirectory();
  }

  List<Finding> findings() {
    List<Finding> found = new ArrayList<>();
    found.add(java());
    found.add(memory());
    openFiles().ifPresent(found::add);
    found.addAll(disk());
    found.addAll(unfinished());
    return found;
  }

  /** What was begun to be put here, and keeps a node from starting until it is whole. */
  private List<Finding> unfinished() {
    List<Finding> found = new ArrayList<>();
    try {
      UnfinishedImport.source(data)
          .ifPresent(source -> found.add(unfinished("import --from-ceramic-one", source)));
      RestoreCommand.unfinished(data).ifPresent(backup -> found.add(unfinished("restore", backup)));
      otherNetwork().ifPresent(found::add);
    } catch (RefusedException e) {
      found.add(Finding.bad("Disk", e.getMessage(), "Look at the disk and its log."));
    }
    return found;
  }

  private Optional<Finding> otherNetwork() {
    try {
      DataDirectory.refuseOther(data, configuration.get("network"));
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(Finding.bad("Data", e.getMessage(), "No node starts there like that."));
    }
  }

  private Finding unfinished(String command, String source) {
    return Finding.bad(
        "Data",
        "'kiln " + command + " " + source + "' was begun here and did not come to its end",
        "Say it again, with --data " + data + "; no node starts there until then.");
  }

  private static Finding java() {
    String text = Runtime.version() + ", " + System.getProperty("java.home");
    return Runtime.version().feature() >= GOOD_JAVA
        ? Finding.ok("Java", text)
        : Finding.warning(
            "Java",
            text,
            "It will do. With Java "
                + GOOD_JAVA
                + " or newer the node goes on serving when a plugin computes without end.");
  }

  private static Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    long machine =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : Long.MAX_VALUE;
    String text = "a heap of " + heap / MIB + " MiB of " + machine / MIB + " MiB memory";
    return heap > machine - machine / 4
        ? Finding.bad(
            "Memory",
            text,
            "Beside the heap the node needs room for itself, and the disk's cache. Give it less,"
                + " for example KILN_JAVA_OPTS=-Xmx"
                + machine / 2 / MIB
                + "m.")
        : Finding.ok("Memory", text);
  }

  /** Where the system says it. */
  private static Optional<Finding> openFiles() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.replaceFirst("Max open files\\s+", "").split("\\s+")[0])
          .findFirst()
          .map(MachineChecks::openFiles);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Finding openFiles(String limit) {
    String text = limit + " may be open at once";
    return limit.equals("unlimited") || Long.parseLong(limit) >= FEW_FILES
        ? Finding.ok("Files", text)
        : Finding.warning(
            "Files",
            text + ": each client, peer and file of the store takes one",
            "Raise it: 'ulimit -n 65536', or LimitNOFILE=65536 in the systemd unit.");
  }

  private List<Finding> disk() {
    Path there = data;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      return List.of(
          Finding.bad(
              "Disk",
              there + " is no directory that " + System.getProperty("user.name") + " can write to",
              "Run kiln as the user that owns it, or name another one with --data."));
    }
    try {
      List<Finding> found = new ArrayList<>();
      FileStore store = Files.getFileStore(there);
      found.add(room(store));
      kind(store).ifPresent(found::add);
      if (there.equals(data)) {
        found.add(sync());
      }
      return found;
    } catch (IOException e) {
      return List.of(
          Finding.bad("Disk", there + ": " + e.getMessage(), "Look at the disk and its log."));
    }
  }

  private Finding room(FileStore store) throws IOException {
    long free = store.getUsableSpace();
    String text =
        String.format(Locale.ROOT, "%,d MiB free of %,d", free / MIB, store.getTotalSpace() / MIB)
            + " where "
            + data
            + " lies";
    String advice =
        "Make room, or move the directory: a node whose disk is full takes nothing any more.";
    if (free < GIB / 4) {
      return Finding.bad("Disk", text, advice);
    }
    return free < 2 * GIB ? Finding.warning("Disk", text, advice) : Finding.ok("Disk", text);
  }

  private static Optional<Finding> kind(FileStore store) {
    String type = store.type();
    if (type.equals("tmpfs") || type.equals("ramfs")) {
      return Optional.of(
          Finding.warning(
              "Disk",
              "It is no disk but memory (" + type + "): all is lost when the machine stops",
              "Name a directory on a disk with --data, unless that is what you want."));
    }
    if (OF_OTHERS.stream().anyMatch(type::startsWith)) {
      return Optional.of(
          Finding.warning(
              "Disk",
              "It is another machine's (" + type + ")",
              "Use a disk of this machine: locks and syncs of such file systems do not always hold"
                  + " what they promise."));
    }
    return Optional.empty();
  }

  /**
   * How long a write takes until it is on the disk. The file has lost its name before it is written
   * to, so that a doctor that is killed leaves nothing either.
   */
  private Finding sync() throws IOException {
    Path file = Files.createTempFile(data, "doctor", ".tmp");
    long[] took = new long[9];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      Files.delete(file);
      for (int i = 0; i < took.length; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(4096));
        channel.force(false);
        took[i] = System.nanoTime() - start;
      }
    } finally {
      Files.deleteIfExists(file);
    }
    Arrays.sort(took);
    long median = took[took.length / 2];
    String text = String.format(Locale.ROOT, "a write is on the disk after %.1f ms", median / 1e6);
    return median < SLOW_SYNC_NANOS || configuration.get("store.sync").equals("false")
        ? Finding.ok("Disk", text)
        : Finding.warning(
            "Disk",
            text + ": no client's write can be faster",
            "Use a faster disk; store.sync=false if the last second may be lost in a power cut.");
  }
}
