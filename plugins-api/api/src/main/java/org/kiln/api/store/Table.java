package org.kiln.api.store;

/**
 * A named map from byte keys to byte values, in unsigned bytewise order of the keys.
 *
 * @param name lower-case letters, digits and hyphens
 */
public record Table(String name) {
  /** Checks the name. */
  public Table {
    if (!name.matches("[a-z][a-z0-9-]{0,40}")) {
      throw new IllegalArgumentException("Not a table name: " + name);
    }
  }
}
