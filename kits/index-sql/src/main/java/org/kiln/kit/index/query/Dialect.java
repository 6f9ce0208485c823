package org.kiln.kit.index.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.sql.Sql;
import org.kiln.kit.index.sql.Tables;

/**
 * How a database is asked for documents, which queries call {@code d}. What it knows of models and
 * columns is as it was at some time; an implementation is immutable.
 */
public interface Dialect {
  /** What is asked. */
  Tables tables();

  /** A model's number; empty for one that was never written. */
  OptionalLong model(StreamId id);

  /** The condition that a document is shown. */
  String shown();

  /** Adds the condition that a document is an account's. */
  void account(Sql sql, String account);

  /** A member of the content. */
  Member member(String field);

  /** What is bound for the columns of a member of this value. */
  List<Object> columns(Ipld value);

  /** How many columns a member has. */
  int width();

  /** The member's value in a row whose columns begin there, counted from 1. */
  Ipld read(ResultSet row, int column) throws SQLException;

  /** What is bound for a value's key. */
  Object key(Ipld value);

  /** What is bound for a value, to be compared with one of the same rank. */
  Object value(Ipld value);

  /** Adds what comes behind an expression that is to be one of these values of one rank. */
  void among(Sql sql, int rank, List<Ipld> values);

  /** How many values a statement can bind that merges models. */
  int mostBound();
}
