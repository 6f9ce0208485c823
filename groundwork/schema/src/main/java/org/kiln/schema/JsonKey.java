package org.kiln.schema;

import java.util.Map;
import java.util.TreeMap;
import org.kiln.api.ipld.Ipld;

/**
 * A text that equals another exactly when the JSON values are equal, for sets of values. Texts,
 * because they have an order: a hash table stays quick among keys made to collide.
 */
public final class JsonKey {
  private static final int PER_VALUE = 6;

  private final StringBuilder key = new StringBuilder();
  private final Budget budget;

  private JsonKey(Budget budget) {
    this.budget = budget;
  }

  /** The key of a value that is not large. */
  public static String of(Ipld value) {
    return of(value, new Budget());
  }

  static String of(Ipld value, Budget budget) {
    if (value instanceof Ipld.Text text) {
      budget.spend(PER_VALUE);
      budget.read(2 * text.value().length());
      return '"' + text.value();
    }
    JsonKey key = new JsonKey(budget);
    key.add(value);
    return key.key.toString();
  }

  private void add(Ipld value) {
    budget.spend(PER_VALUE);
    switch (value) {
      case Ipld.Null ignored -> key.append('0');
      case Ipld.Bool bool -> key.append(bool.value() ? 't' : 'f');
      case Ipld.Text text -> add(text.value());
      case Ipld.Int number -> {
        double safe = JsonTypes.number(number);
        if (Double.isNaN(safe)) {
          key.append('i').append(number.value().toString(Character.MAX_RADIX)).append(';');
        } else {
          add(safe);
        }
      }
      case Ipld.Float64 number -> add(number.value());
      case Ipld.List list -> {
        key.append('[');
        for (Ipld item : list.items()) {
          add(item);
        }
        key.append(']');
      }
      case Ipld.Map map -> {
        key.append('{');
        for (Map.Entry<String, Ipld> entry : new TreeMap<>(map.entries()).entrySet()) {
          add(entry.getKey());
          add(entry.getValue());
        }
        key.append('}');
      }
      case Ipld.Bytes bytes -> {
        budget.read(bytes.size());
        key.append('b');
        add(new String(bytes.value(), java.nio.charset.StandardCharsets.ISO_8859_1));
      }
      case Ipld.Link link -> key.append('l').append(link.cid()).append(';');
    }
  }

  private void add(String text) {
    budget.read(2 * text.length());
    key.append('"').append(text.length()).append(':').append(text);
  }

  private void add(double number) {
    // Adding zero makes −0 and 0 one.
    key.append('n').append(Double.doubleToLongBits(number + 0.0)).append(';');
  }
}
