package org.kiln.core.sql;

/**
 * A placeholder of a statement.
 *
 * @param name its name with the dollar, {@code $1} where the statement gives none
 * @param type what it is compared with; TEXT where that says nothing
 */
public record SqlParameter(String name, SqlType type) {}
