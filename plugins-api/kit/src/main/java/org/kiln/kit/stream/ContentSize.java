package org.kiln.kit.stream;

import org.kiln.api.ipld.Ipld;

/**
 * The size of content as js-ceramic estimates it before it compares with its limit: two bytes for
 * every UTF-16 unit of every text and key, eight for a number, four for a boolean. Thread-safe.
 */
public final class ContentSize {
  /** Largest content of a model instance, in estimated bytes. */
  public static final long MAX_BYTES = 16_000_000;

  private ContentSize() {}

  /** The estimate, in bytes. */
  public static long of(Ipld value) {
    return switch (value) {
      case Ipld.Null ignored -> 0;
      case Ipld.Bool ignored -> 4;
      case Ipld.Int ignored -> 8;
      case Ipld.Float64 ignored -> 8;
      case Ipld.Text text -> 2L * text.value().length();
      case Ipld.Bytes bytes -> bytes.size();
      case Ipld.Link ignored -> 72;
      case Ipld.List list -> {
        long sum = 0;
        for (Ipld item : list.items()) {
          sum += of(item);
        }
        yield sum;
      }
      case Ipld.Map map -> {
        long sum = 0;
        for (var entry : map.entries().entrySet()) {
          sum += 2L * entry.getKey().length() + of(entry.getValue());
        }
        yield sum;
      }
    };
  }
}
