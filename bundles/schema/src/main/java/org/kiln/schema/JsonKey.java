package org.kiln.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Ipld;

/** An object that equals another exactly when the JSON values are equal, for sets of values. */
final class JsonKey {
  private static final Object NULL = new Object();

  private JsonKey() {}

  static Object of(Ipld value) {
    return switch (value) {
      case Ipld.Null ignored -> NULL;
      case Ipld.Bool bool -> bool.value();
      case Ipld.Text text -> text.value();
      case Ipld.Int number -> {
        double safe = Kind.number(number);
        yield Double.isNaN(safe) ? number.value() : (Object) (safe + 0.0);
      }
      // Adding zero makes −0 and 0 one.
      case Ipld.Float64 number -> number.value() + 0.0;
      case Ipld.List list -> {
        List<Object> keys = new ArrayList<>(list.items().size());
        for (Ipld item : list.items()) {
          keys.add(of(item));
        }
        yield keys;
      }
      case Ipld.Map map -> {
        Map<String, Object> keys = HashMap.newHashMap(map.entries().size());
        for (var entry : map.entries().entrySet()) {
          keys.put(entry.getKey(), of(entry.getValue()));
        }
        yield keys;
      }
      case Ipld.Bytes bytes -> bytes;
      case Ipld.Link link -> link;
    };
  }
}
