package org.kiln.api.index;

import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;

/**
 * The place of a document in the order of a query, whether it is there still or not.
 *
 * @param keys its values of the sort keys; {@link Ipld#NULL} for none, and only numbers, texts and
 *     booleans else: for anything else its JSON text in a list of one
 * @param created as in {@link IndexedDocument#created}
 * @param stream the document
 */
public record IndexPlace(List<Ipld> keys, long created, StreamId stream) {
  /** Copies the list. */
  public IndexPlace {
    keys = List.copyOf(keys);
  }
}
