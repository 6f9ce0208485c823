package org.kiln.http.v0;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Ipld;

/** The paths of a query as a tree: what is wanted below each member of a document. */
record StreamPaths(Map<String, StreamPaths> below) {
  private static final int MAX_PATHS = 200;
  private static final int MAX_DEPTH = 16;
  private static final StreamPaths NONE = new StreamPaths(Map.of());

  /** Reads {@code ["/a/b", …]}; what is no text is ignored, as is all beyond the bounds. */
  static StreamPaths of(Ipld paths) {
    if (!(paths instanceof Ipld.List list) || list.items().isEmpty()) {
      return NONE;
    }
    StreamPaths root = new StreamPaths(new LinkedHashMap<>());
    List<Ipld> items = list.items();
    for (Ipld item : items.subList(0, Math.min(MAX_PATHS, items.size()))) {
      if (item instanceof Ipld.Text text) {
        root.add(text.value());
      }
    }
    return root;
  }

  private void add(String path) {
    StreamPaths node = this;
    int depth = 0;
    for (String segment : path.split("/")) {
      if (!segment.isEmpty() && depth++ < MAX_DEPTH) {
        node = node.below.computeIfAbsent(segment, s -> new StreamPaths(new LinkedHashMap<>()));
      }
    }
  }
}
