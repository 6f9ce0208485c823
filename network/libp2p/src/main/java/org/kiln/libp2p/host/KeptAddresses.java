package org.kiln.libp2p.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The address book in a file over restarts, once it is said where. Thread-safe. */
final class KeptAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(KeptAddresses.class);
  private static final Duration SAVE_EVERY = Duration.ofMinutes(5);

  private final AddressBook book;
  private volatile AddressFile file;
  private volatile long savedNanos;

  KeptAddresses(AddressBook book) {
    this.book = book;
  }

  /** Reads what is there, and writes to it from now on; a file that cannot be read is left out. */
  void in(Path path) {
    AddressFile kept = new AddressFile(path);
    try {
      book.restore(kept.read());
    } catch (IOException e) {
      LOG.warn("Peers of the last run are not known: {}", e.getMessage());
    }
    file = kept;
    savedNanos = System.nanoTime();
  }

  /** Writes on a thread of its own what five minutes may have changed. */
  void saveWhenDue() {
    if (file != null && System.nanoTime() - savedNanos > SAVE_EVERY.toNanos()) {
      savedNanos = System.nanoTime();
      Thread.ofVirtual().name("libp2p addresses").start(this::save);
    }
  }

  /** Writes now. */
  void save() {
    AddressFile kept = file;
    if (kept == null) {
      return;
    }
    synchronized (kept) {
      try {
        kept.write(book.kept());
      } catch (IOException e) {
        LOG.warn("The addresses of peers cannot be kept: {}", e.getMessage());
      }
    }
  }
}
