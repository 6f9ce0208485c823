package org.kiln.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The file {@code import.unfinished} of a data directory: it is there from before the first event
 * that an import takes until after the last one, whatever ends the process in between, and names
 * what is taken over.
 */
final class UnfinishedImport {
  static final String FILE = "import.unfinished";

  private UnfinishedImport() {}

  /** Writes it, on the disk for good when it returns. */
  static void begin(Path data, Path source) throws RefusedException {
    Path file = data.resolve(FILE);
    try {
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap((source + "\n").getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      try (FileChannel directory = FileChannel.open(data)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot write " + file + ": " + e);
    }
  }

  /** Deletes it: all is taken. */
  static void end(Path data) throws RefusedException {
    try {
      Files.deleteIfExists(data.resolve(FILE));
    } catch (IOException e) {
      throw RefusedException.storage("Cannot delete " + data.resolve(FILE) + ": " + e);
    }
  }

  /** A node that comes up half filled looks like one that lost what was never taken. */
  static void refuse(Path data, String network) throws RefusedException {
    Optional<String> begun = source(data);
    if (begun.isPresent()) {
      throw RefusedException.storage(
          data
              + " has some of the events of a ceramic-one: an import was begun and did not come to"
              + " its end. Say '"
              + command(begun.get(), data, network)
              + "' to go on with it; to begin without the rest, delete "
              + data.resolve(FILE)
              + ".");
    }
  }

  /** The command that takes over what is in {@code source}. */
  static String command(String source, Path data, String network) {
    return "kiln import --from-ceramic-one " + source + " --data " + data + " --network " + network;
  }

  /** What an import that was begun and not ended takes over; empty when there is none. */
  static Optional<String> source(Path data) throws RefusedException {
    Path file = data.resolve(FILE);
    try {
      String named = Files.readString(file).strip();
      // Cut off before it was written: there is an import all the same.
      return Optional.of(named.isEmpty() ? "DIR" : named);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.of("DIR");
    } catch (IOException e) {
      throw RefusedException.storage("Cannot read " + file + ": " + e);
    }
  }
}
