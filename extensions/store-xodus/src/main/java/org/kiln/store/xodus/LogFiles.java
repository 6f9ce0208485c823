package org.kiln.store.xodus;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jetbrains.exodus.log.LogUtil;
import org.kiln.api.store.StoreCheck;
import org.kiln.api.store.StoreSalvage;

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
    checkNoneIsMissing();
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

  /**
   * Looks at every byte of every file. The store may be open meanwhile.
   *
   * @param syncedTo as above
   */
  void check(long syncedTo, StoreCheck listener) {
    List<Long> addresses = addresses();
    tell(() -> checkEnd(addresses, syncedTo), listener);
    tell(this::checkNoneIsMissing, listener);
    for (int i = 0; i < addresses.size(); i++) {
      long address = addresses.get(i);
      if (i < addresses.size() - 1 && Files.exists(sums.logFile(address))) {
        tell(() -> checkLength(address), listener);
      }
      damage(address).ifPresent(listener::damaged);
      listener.looked(sums.fileBytes());
    }
  }

  private static void tell(Runnable check, StoreCheck listener) {
    try {
      check.run();
    } catch (DamageException e) {
      listener.damaged(e.getMessage());
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        listener.damaged(e.getMessage());
      } // else the cleaner has just removed it
    }
  }

  /** Hands out what can be read of all files, over damage too. */
  void salvage(StoreSalvage into) {
    for (long address : addresses()) {
      damage(address).ifPresent(into::lost);
      Path file = sums.logFile(address);
      byte[] content = readable(file, into);
      new LogScan(content, changedPages(address, content))
          .run(
              into::value,
              (from, to) ->
                  into.lost(
                      file.getFileName()
                          + ": nothing can be read from offset "
                          + from
                          + " to "
                          + to));
    }
    tell(
        this::checkNoneIsMissing,
        new StoreCheck() {
          @Override
          public void damaged(String what) {
            into.lost(what);
          }

          @Override
          public void looked(long bytes) {
            // nobody waits for it
          }
        });
  }

  private BitSet changedPages(long address, byte[] content) {
    PageSums known = sums.of(address);
    BitSet changed = new BitSet();
    for (int page = 0; page * PAGE < content.length; page++) {
      int size = Math.min(PAGE, content.length - page * PAGE);
      byte[] bytes = Arrays.copyOfRange(content, page * PAGE, page * PAGE + size);
      changed.set(page, changed(known, page, bytes, size));
    }
    return changed;
  }

  /** A file's bytes; zeros where the disk gives none. */
  private static byte[] readable(Path file, StoreSalvage into) {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      byte[] content = new byte[Math.toIntExact(open.length())];
      for (int at = 0; at < content.length; at += PAGE) {
        try {
          open.seek(at);
          open.readFully(content, at, Math.min(PAGE, content.length - at));
        } catch (IOException e) {
          into.lost(file.getFileName() + " cannot be read at offset " + at + ": " + e);
        }
      }
      return content;
    } catch (IOException e) {
      into.lost(file.getFileName() + " cannot be read: " + e);
      return new byte[0];
    }
  }

  private void checkNoneIsMissing() {
    for (Path file : list(".sum")) {
      String name = file.getFileName().toString().replaceFirst("\\.sum$", ".xd");
      long address = LogUtil.getAddress(name);
      int length = sums.of(address).tailLength();
      if (length > 0 && !Files.exists(sums.logFile(address))) {
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
      return length == PAGE && PageSums.of(bytes, 0, PAGE) != sum; // else it is cut off, told apart
    }
    int tail = known.tailLength() - page * PAGE;
    return known.tailSum() != 0
        && tail > 0
        && tail <= Math.min(length, PAGE - 1)
        && PageSums.of(bytes, 0, tail) != known.tailSum();
  }
}
