package org.kiln.api.index;

import java.util.List;

/**
 * An index over fields of a model's documents.
 *
 * @param fields the paths of the fields, each the names from the content down; in their order
 */
public record FieldIndex(List<List<String>> fields) {
  /** Copies the lists. */
  public FieldIndex {
    fields = fields.stream().map(List::copyOf).toList();
  }
}
