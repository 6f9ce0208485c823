package org.kiln.core.sql;

/**
 * A column of a table or an answer.
 *
 * @param name its name
 * @param type the form of its values
 * @param nullable whether a value may be missing
 */
public record SqlColumn(String name, SqlType type, boolean nullable) {}
