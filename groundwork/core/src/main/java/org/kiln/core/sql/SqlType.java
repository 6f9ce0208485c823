package org.kiln.core.sql;

/** The form of a column's values. */
public sealed interface SqlType {
  /** Forms without parts, with the Java class of their values. */
  enum Scalar implements SqlType {
    /** Boolean. */
    BOOLEAN,
    /** Long, -128 to 127. */
    INT8,
    /** Long. */
    INT16,
    /** Long. */
    INT32,
    /** Long. */
    INT64,
    /** Long, 0 to 255. */
    UINT8,
    /** Long. */
    UINT16,
    /** Long. */
    UINT32,
    /** Long, of which all 64 bits count. */
    UINT64,
    /** Double. */
    FLOAT32,
    /** Double. */
    FLOAT64,
    /** String. */
    TEXT,
    /** byte[]. */
    BINARY,
    /** String, text of JSON; declared as text. */
    JSON_TEXT,
    /** byte[], UTF-8 of JSON; declared as bytes, as ceramic-one does where it keeps data. */
    JSON_BYTES,
    /** Long, days since 1970-01-01. */
    DATE,
    /** Long, microseconds since 1970-01-01T00:00:00Z. */
    TIMESTAMP
  }

  /**
   * A list.
   *
   * @param item the form of its items
   * @param nullable whether an item may be missing
   */
  record ListOf(SqlType item, boolean nullable) implements SqlType {}

  /**
   * A map with texts as keys, a {@code Map<String, Object>}.
   *
   * @param value the form of its values, which may be missing
   */
  record MapOf(SqlType value) implements SqlType {}
}
