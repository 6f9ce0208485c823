package org.kiln.http.v0;

import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Document;

/** Guesses whether a text will be long, and looks at no more of it than it takes to know. */
final class Extent {
  private static final int VALUE_BYTES = 4;

  private long left;

  private Extent(long bytes) {
    this.left = bytes;
  }

  static boolean exceeds(Document document, int bytes) {
    Extent extent = new Extent(bytes);
    return extent.take(document.content())
        || extent.take(document.metadata())
        || document.next().isPresent() && extent.take(document.latestContent());
  }

  /** Whether that is more than is left. */
  private boolean take(Ipld value) {
    left -= VALUE_BYTES;
    switch (value) {
      case Ipld.Text text -> left -= text.value().length();
      case Ipld.Bytes bytes -> left -= 4L * bytes.size();
      case Ipld.List list -> {
        for (int i = 0; i < list.items().size() && left >= 0; i++) {
          take(list.items().get(i));
        }
      }
      case Ipld.Map map -> {
        for (Map.Entry<String, Ipld> entry : map.entries().entrySet()) {
          left -= entry.getKey().length();
          if (left < 0 || take(entry.getValue())) {
            return true;
          }
        }
      }
      case Ipld.Null none -> {}
      case Ipld.Bool bool -> {}
      case Ipld.Int number -> {}
      case Ipld.Float64 number -> {}
      case Ipld.Link link -> {}
    }
    return left < 0;
  }
}
