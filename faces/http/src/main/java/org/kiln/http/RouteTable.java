package org.kiln.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** All places by path, as a tree of segments. Immutable. */
final class RouteTable {
  /** A place with the segments of the path that led there. */
  record Match(Place place, String[] segments) {}

  private static final class Node {
    private final Map<String, Node> fixed = new HashMap<>();
    private final Map<String, Place> methods = new HashMap<>();
    private Node variable;
  }

  /** A place and the segments of its shape. */
  record Entry(List<String> segments, Place place) {}

  private final Node root = new Node();

  RouteTable(Iterable<Entry> entries) {
    for (Entry entry : entries) {
      Node node = root;
      for (String segment : entry.segments()) {
        if (segment.equals(PathPattern.VARIABLE)) {
          if (node.variable == null) {
            node.variable = new Node();
          }
          node = node.variable;
        } else {
          node = node.fixed.computeIfAbsent(segment, s -> new Node());
        }
      }
      node.methods.put(entry.place().method(), entry.place());
    }
  }

  /** The place of a request, null when there is none. */
  Match find(String method, String path) {
    String[] segments = Segments.split(path);
    if (segments == null) {
      return null;
    }
    Place place = walk(root, segments, 0, method);
    if (place == null && method.equals("HEAD")) {
      place = walk(root, segments, 0, "GET");
    }
    return place == null ? null : new Match(place, segments);
  }

  /** The methods that path is served with, in alphabetical order; none when nobody serves it. */
  SortedSet<String> methods(String path) {
    SortedSet<String> found = new TreeSet<>();
    String[] segments = Segments.split(path);
    if (segments != null) {
      collect(root, segments, 0, found);
    }
    if (found.contains("GET")) {
      found.add("HEAD");
    }
    return found;
  }

  private static void collect(Node node, String[] segments, int index, SortedSet<String> found) {
    if (index == segments.length) {
      found.addAll(node.methods.keySet());
      return;
    }
    Node next = node.fixed.get(segments[index].toLowerCase(Locale.ROOT));
    if (next != null) {
      collect(next, segments, index + 1, found);
    }
    if (node.variable != null && !segments[index].isEmpty()) {
      collect(node.variable, segments, index + 1, found);
    }
  }

  private static Place walk(Node node, String[] segments, int index, String method) {
    if (index == segments.length) {
      return node.methods.get(method);
    }
    String segment = segments[index];
    Node next = node.fixed.get(segment);
    if (next == null && !node.fixed.isEmpty()) {
      next = node.fixed.get(segment.toLowerCase(Locale.ROOT));
    }
    Place place = next == null ? null : walk(next, segments, index + 1, method);
    if (place == null && node.variable != null && !segment.isEmpty()) {
      place = walk(node.variable, segments, index + 1, method);
    }
    return place;
  }
}
