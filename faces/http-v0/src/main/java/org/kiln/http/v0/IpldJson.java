package org.kiln.http.v0;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/** Writes values as {@code JSON.stringify} would; the same text as {@link Json#write}, faster. */
final class IpldJson {
  private IpldJson() {}

  static void write(Ipld value, JsonBytes out) {
    switch (value) {
      case Ipld.Text text -> out.text(text.value());
      case Ipld.Int number -> integer(number.value(), out);
      case Ipld.Map map -> map(map, out);
      case Ipld.List list -> list(list.items(), out);
      case Ipld.Bool bool -> out.ascii(bool.value() ? "true" : "false");
      case Ipld.Null ignored -> out.ascii("null");
      // Rare in documents, and their text is a science of its own.
      case Ipld.Float64 ignored -> out.raw(Json.write(value));
      case Ipld.Link ignored -> out.raw(Json.write(value));
      case Ipld.Bytes ignored -> out.raw(Json.write(value));
    }
  }

  private static void integer(BigInteger value, JsonBytes out) {
    if (value.bitLength() <= 63) {
      out.number(value.longValue());
    } else {
      out.ascii(value.toString());
    }
  }

  private static void map(Ipld.Map map, JsonBytes out) {
    char before = '{';
    for (Map.Entry<String, Ipld> entry : map.entries().entrySet()) {
      out.put(before).text(entry.getKey()).put(':');
      write(entry.getValue(), out);
      before = ',';
    }
    if (before == '{') {
      out.put('{');
    }
    out.put('}');
  }

  private static void list(List<Ipld> items, JsonBytes out) {
    out.put('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      write(items.get(i), out);
    }
    out.put(']');
  }
}
