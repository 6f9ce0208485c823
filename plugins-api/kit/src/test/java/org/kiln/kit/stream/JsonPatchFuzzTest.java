package org.kiln.kit.stream;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

/** Any patch on any document: a result, or the one exception it may throw. */
class JsonPatchFuzzTest {
  private static final String[] OPERATIONS = {
    "add", "replace", "remove", "test", "copy", "move", "_get", ""
  };

  @FuzzTest(maxDuration = "10s")
  void shouldOnlyEverRefuseWithItsOwnException(FuzzedDataProvider data) {
    Ipld document = value(data, 4);
    List<Ipld> operations = new ArrayList<>();
    int count = data.consumeInt(0, 20);
    for (int i = 0; i < count; i++) {
      LinkedHashMap<String, Ipld> operation = new LinkedHashMap<>();
      operation.put("op", Ipld.of(data.pickValue(OPERATIONS)));
      operation.put("path", Ipld.of(data.consumeString(12)));
      operation.put("from", Ipld.of(data.consumeString(12)));
      operation.put("value", value(data, 3));
      operations.add(new Ipld.Map(operation));
    }
    try {
      JsonPatch.apply(document, new Ipld.List(operations));
    } catch (InvalidEventException expected) {
      // Refusing is one of the two answers.
    }
  }

  private static Ipld value(FuzzedDataProvider data, int depth) {
    int kind = data.consumeInt(0, depth == 0 ? 4 : 6);
    return switch (kind) {
      case 0 -> Ipld.NULL;
      case 1 -> Ipld.of(data.consumeBoolean());
      case 2 -> Ipld.of(data.consumeLong());
      case 3 -> {
        double number = data.consumeDouble();
        yield Double.isFinite(number) ? new Ipld.Float64(number) : Ipld.NULL;
      }
      case 4 -> Ipld.of(data.consumeString(8));
      case 5 -> {
        List<Ipld> items = new ArrayList<>();
        for (int i = data.consumeInt(0, 4); i > 0; i--) {
          items.add(value(data, depth - 1));
        }
        yield new Ipld.List(items);
      }
      default -> {
        LinkedHashMap<String, Ipld> entries = new LinkedHashMap<>();
        for (int i = data.consumeInt(0, 4); i > 0; i--) {
          entries.put(data.consumeString(4), value(data, depth - 1));
        }
        yield new Ipld.Map(entries);
      }
    };
  }
}
