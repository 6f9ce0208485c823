package org.kiln.store.xodus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jetbrains.exodus.log.LogUtil;

/**
 * Looks at a store's log files before Xodus does, which would go back to the newest state it can
 * read and cut off what is behind. Changes nothing.
 */
final class LogFiles {
  /** The newest files are read at every start; more would make a big store's start slow. */
  private static final long READ_AT_START = 64L << 20;

  private static final int PAGE = PageSums.PAGE;

  private final Path directory;
  private final LogSums sums;

  LogFiles(Path directory, LogSums sums) {
    this.directory = directory;
    this.sums = sums;
  }

  /** The addresses of the files, in their order. */
  List<Long> addresses() {
    List<Long> addresses = new ArrayList<>();
    for (Path file : list(".xd")) {
      addresses.add(LogUtil.getAddress(file.getFileName().toString()));
    }
    addresses.sort(null);
    return addresses;
  }

  private List<Path> list(String ending) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(
              file ->
                  file.getFileName().toString().length()
                          == LogUtil.LOG_FILE_NAME_WITH_EXT_LENGTH - 3 + ending.length()
                      && file.getFileName().toString().endsWith(ending))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses files that end too early, are missing, or, as far as they are read here, have changed.
   *
   * @param syncedTo up to which address everything was on the disk; 0 when nobody knows
   */
  void checkBeforeOpening(long syncedTo) {
    List<Long> addresses = addresses();
    checkNoneIsMissing(addresses);
    checkEnd(addresses, syncedTo);
    for (int i = 0; i < addresses.size() - 1; i++) {
      checkLength(addresses.get(i));
    }
    long read = 0;
    for (int i = addresses.size() - 1; i >= 0 && read < READ_AT_START; i--) {
      Optional<String> damage = damage(addresses.get(i));
      if (damage.isPresent()) {
        throw new DamageException(damage.get());
      }
      read += sums.fileBytes();
    }
  }

  private void checkNoneIsMissing(List<Long> addresses) {
    for (Path file : list(".sum")) {
      String name = file.getFileName().toString().replaceFirst("\\.sum$", ".xd");
      long address = LogUtil.getAddress(name);
      int length = sums.of(address).tailLength();
      if (length > 0 && !addresses.contains(address)) {
        throw new DamageException(name + " is missing; it had " + length + " bytes");
      }
    }
  }

  private void checkEnd(List<Long> addresses, long syncedTo) {
    long end = addresses.isEmpty() ? 0 : addresses.getLast() + size(addresses.getLast());
    if (end >= syncedTo) {
      return;
    }
    long file = (syncedTo - 1) / sums.fileBytes() * sums.fileBytes();
    String was =
        syncedTo - file + " bytes of " + DamageException.fileName(file) + " had been written";
    if (addresses.isEmpty()) {
      throw new DamageException("there are no log files; " + was);
    }
    throw new DamageException(
        "they end with "
            + DamageException.fileName(addresses.getLast())
            + " at offset "
            + (end - addresses.getLast())
            + "; "
            + was);
  }

  private void checkLength(long address) {
    long size = size(address);
    if (size != sums.fileBytes()) {
      throw new DamageException(
          DamageException.fileName(address)
              + " has "
              + size
              + " bytes instead of "
              + sums.fileBytes());
    }
  }

  private long size(long address) {
    try {
      return Files.size(sums.logFile(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong with one file, by its sums. */
  Optional<String> damage(long address) {
    Path file = sums.logFile(address);
    PageSums known = sums.of(address);
    byte[] page = new byte[PAGE];
    long firstBad = -1;
    long badBytes = 0;
    long offset = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.readNBytes(page, 0, PAGE); read > 0; read = in.readNBytes(page, 0, PAGE)) {
        if (changed(known, (int) (offset / PAGE), page, read)) {
          firstBad = firstBad < 0 ? offset : firstBad;
          badBytes = offset + read - firstBad;
        }
        offset += read;
      }
    } catch (NoSuchFileException e) {
      return Optional.empty(); // the cleaner has just removed it
    } catch (IOException e) {
      return Optional.of(file.getFileName() + " cannot be read from offset " + offset + ": " + e);
    }
    if (firstBad >= 0) {
      return Optional.of(DamageException.changed(file, firstBad, badBytes).getMessage());
    }
    return offset < known.tailLength()
        ? Optional.of(
            file.getFileName()
                + " has "
                + offset
                + " bytes; "
                + known.tailLength()
                + " had been written")
        : Optional.empty();
  }

  private static boolean changed(PageSums known, int page, byte[] bytes, int length) {
    int sum = known.sum(page);
    if (sum != 0) {
      return length < PAGE || PageSums.of(bytes, 0, PAGE) != sum;
    }
    int tail = known.tailLength() - page * PAGE;
    return known.tailSum() != 0
        && tail > 0
        && tail <= Math.min(length, PAGE - 1)
        && PageSums.of(bytes, 0, tail) != known.tailSum();
  }
}
