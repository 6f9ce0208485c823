package org.kiln.api.index;

/**
 * A member of the content that documents are sorted by.
 *
 * @param field its name
 * @param descending whether large values come first
 */
public record SortKey(String field, boolean descending) {}
