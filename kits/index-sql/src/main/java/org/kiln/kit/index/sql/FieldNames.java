package org.kiln.kit.index.sql;

import java.util.ArrayList;
import java.util.List;
import org.kiln.api.index.FieldIndex;

/** What a database's index can be made of. */
public final class FieldNames {
  private FieldNames() {}

  /**
   * The members of the content that an index begins with, without repetition. Queries know members
   * of the content only, not what is in them; and no statement can name one with U+0000.
   *
   * @param most of them
   */
  public static List<String> of(FieldIndex index, int most) {
    List<String> names = new ArrayList<>();
    for (List<String> path : index.fields()) {
      if (path.size() != 1 || path.get(0).indexOf('\0') >= 0 || names.size() == most) {
        break;
      }
      if (!names.contains(path.get(0))) {
        names.add(path.get(0));
      }
    }
    return names;
  }
}
