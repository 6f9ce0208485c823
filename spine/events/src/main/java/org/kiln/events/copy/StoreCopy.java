package org.kiln.events.copy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.Table;
import org.kiln.core.log.NodeTables;

/**
 * Copies all of a node's tables from one store to another. Each table is written in the order of
 * its keys, in batches that are there or not: what a copy that was cut short has left is the
 * beginning of the tables, and the next one goes on behind it.
 */
public final class StoreCopy {
  private static final int BATCH_ENTRIES = 4096;
  private static final long BATCH_BYTES = 4 << 20;
  private static final int PROGRESS_ENTRIES = 1024;

  /** Always in the same order, since the hash goes over all of them. */
  private static final List<Table> TABLES =
      NodeTables.ALL.stream().sorted(Comparator.comparing(Table::name)).toList();

  /** What cannot be derived from anything else, and changes only when somebody writes. */
  private static final Set<Table> KEPT =
      Set.of(
          NodeTables.EVENTS,
          NodeTables.SEQUENCE,
          NodeTables.PINS,
          NodeTables.ANCHOR_REQUESTS,
          NodeTables.ANCHOR_BATCHES,
          NodeTables.ANCHOR_TICKETS,
          NodeTables.INTERESTS);

  private StoreCopy() {}

  /**
   * What a store holds.
   *
   * @param entries of all tables
   * @param sha256 over all tables with their keys and values, hex
   * @param keptSha256 over those that cannot be derived anew, hex
   */
  public record Summary(long entries, String sha256, String keptSha256) {}

  private record Entry(byte[] key, byte[] value) {}

  /**
   * Reads everything.
   *
   * @param progress is told now and then how many entries were read
   */
  public static Summary summary(Store store, LongConsumer progress) {
    return store.read(
        snapshot -> {
          MessageDigest all = sha256();
          MessageDigest kept = sha256();
          long entries = 0;
          for (Table table : TABLES) {
            List<MessageDigest> digests = KEPT.contains(table) ? List.of(all, kept) : List.of(all);
            byte[] name = table.name().getBytes(StandardCharsets.US_ASCII);
            digests.forEach(digest -> digest.update(name));
            try (Cursor cursor = snapshot.range(table, null, null, false)) {
              while (cursor.next()) {
                byte[] key = cursor.key();
                byte[] value = cursor.value();
                byte[] sizes =
                    ByteBuffer.allocate(8).putInt(key.length).putInt(value.length).array();
                for (MessageDigest digest : digests) {
                  digest.update(sizes);
                  digest.update(key);
                  digest.update(value);
                }
                if (++entries % PROGRESS_ENTRIES == 0) {
                  progress.accept(entries);
                }
              }
            }
          }
          HexFormat hex = HexFormat.of();
          return new Summary(entries, hex.formatHex(all.digest()), hex.formatHex(kept.digest()));
        });
  }

  /**
   * Copies what is not there yet; the target must be empty, or hold what an earlier call has copied
   * from the same unchanged source.
   *
   * @param progress is told now and then how many entries the target has
   */
  public static void copy(Store from, Store to, LongConsumer progress) {
    from.read(
        source -> {
          long copied = 0;
          for (Table table : TABLES) {
            copied = copy(source, table, to, copied, progress);
          }
          progress.accept(copied);
          return null;
        });
  }

  private static long copy(
      Snapshot source, Table table, Store to, long copiedBefore, LongConsumer progress) {
    long copied = copiedBefore;
    byte[] last = to.read(target -> last(target, table));
    if (last != null) {
      copied += to.read(target -> count(target, table));
    }
    List<Entry> batch = new ArrayList<>();
    long bytes = 0;
    try (Cursor cursor = source.range(table, last, null, false)) {
      while (cursor.next()) {
        Entry entry = new Entry(cursor.key(), cursor.value());
        if (last != null && Arrays.equals(entry.key, last)) {
          continue;
        }
        batch.add(entry);
        bytes += entry.key.length + entry.value.length;
        if (batch.size() >= BATCH_ENTRIES || bytes >= BATCH_BYTES) {
          copied += write(to, table, batch);
          progress.accept(copied);
          batch.clear();
          bytes = 0;
        }
      }
    }
    return batch.isEmpty() ? copied : copied + write(to, table, batch);
  }

  private static int write(Store to, Table table, List<Entry> entries) {
    to.write(
        target -> entries.forEach(entry -> target.put(table, entry.key, entry.value)),
        Durability.SYNCED);
    return entries.size();
  }

  private static byte[] last(Snapshot snapshot, Table table) {
    try (Cursor cursor = snapshot.range(table, null, null, true)) {
      return cursor.next() ? cursor.key() : null;
    }
  }

  private static long count(Snapshot snapshot, Table table) {
    try (Cursor cursor = snapshot.range(table, null, null, false)) {
      long count = 0;
      while (cursor.next()) {
        count++;
      }
      return count;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
