package org.kiln.api.index;

import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;

/**
 * The place of a document in the order of a query, whether it is there still or not.
 *
 * @param keys its values of the sort keys: numbers, booleans, and texts cut by {@link #begin};
 *     {@link Ipld#NULL} for none, {@link #OTHER} for anything else
 * @param created as in {@link IndexedDocument#created}
 * @param stream the document
 */
public record IndexPlace(List<Ipld> keys, long created, StreamId stream) {
  /** How many code points of a text count when documents are sorted by it. */
  public static final int TEXT_LENGTH = 128;

  /** In the place of lists, maps, links and bytes, which are all alike to a sort. */
  public static final Ipld OTHER = new Ipld.List(List.of());

  /** Copies the list. */
  public IndexPlace {
    keys = List.copyOf(keys);
  }

  /** As much of a text as documents are sorted by: its first {@value #TEXT_LENGTH} code points. */
  public static String begin(String text) {
    return text.codePointCount(0, text.length()) <= TEXT_LENGTH
        ? text
        : text.substring(0, text.offsetByCodePoints(0, TEXT_LENGTH));
  }
}
