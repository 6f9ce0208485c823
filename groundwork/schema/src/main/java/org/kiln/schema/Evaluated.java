package org.kiln.schema;

import java.util.HashSet;
import java.util.Set;

/** Which members and items of one value keywords have looked at, for {@code unevaluated…}. */
final class Evaluated {
  private final Set<String> members = new HashSet<>();
  private boolean allMembers;
  private int items;

  void member(String name) {
    members.add(name);
  }

  void allMembers() {
    allMembers = true;
  }

  void items(int count) {
    items = Math.max(items, count);
  }

  void allItems() {
    items = Integer.MAX_VALUE;
  }

  boolean hasMember(String name) {
    return allMembers || members.contains(name);
  }

  /** How many members are known by name. */
  int size() {
    return members.size();
  }

  int items() {
    return items;
  }

  void add(Evaluated other) {
    members.addAll(other.members);
    allMembers |= other.allMembers;
    items = Math.max(items, other.items);
  }
}
