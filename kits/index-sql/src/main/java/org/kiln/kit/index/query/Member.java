package org.kiln.kit.index.query;

import java.util.List;
import java.util.function.Consumer;
import org.kiln.kit.index.sql.Sql;

/**
 * A member of the content of the document {@code d}, as a database's SQL sees it: a rank that says
 * of what kind it is, the value, and the key that documents are sorted by, which is the begin of a
 * text.
 */
public interface Member {
  /**
   * What documents are sorted by, column by column.
   *
   * @param name what the columns of all members are called that are the same of each, a letter
   */
  record Column(String name, Consumer<Sql> expression) {}

  /** The columns of a sort by it, which are as many for each member. */
  List<Column> columns();

  /** Its {@link Rank}. */
  void rank(Sql sql);

  /** What it is sorted by among those of its rank. */
  void key(Sql sql);

  /** The whole value of a member that is of this rank. */
  void value(Sql sql, int rank);

  /** Whether an index finds values of a rank by the key; else they are compared whole. */
  boolean isFoundByKey(int rank);

  /**
   * Says what columns hold that are the same for all of a rank, each followed by {@code AND}: where
   * an index has them, only then is it in order behind them.
   */
  void sameOfAll(Sql sql, int rank);
}
