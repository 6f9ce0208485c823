package org.kiln.kit.index.sql;

/**
 * What the tables of an index are called, and what a database writes in its own way when it puts
 * rows there. Columns have the same names everywhere.
 *
 * @param prefix what the names of all tables begin with; empty where they are the only ones
 * @param least the function that gives the smaller of two values
 * @param greatest the function that gives the larger of two
 * @param content the parameter that takes a document's content, which is JSON
 * @param batched whether rows are sent many at once; otherwise each by itself, and a failure is
 *     that of its row
 */
public record Tables(
    String prefix, String least, String greatest, String content, boolean batched) {}
