package org.kiln.type.model;

import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.text.IpldText;

/**
 * Demands the shape of definition members, and names the place that does not have it as
 * js-ceramic's codec does: {@code Invalid value … supplied to
 * /(ModelDefinition)/0(ModelDefinitionV1)/name(string)}.
 *
 * @param path how to name the place
 */
record Shape(String path) {

  Shape member(String name, String type) {
    return new Shape(path + "/" + name + "(" + type + ")");
  }

  InvalidEventException bad(Ipld value) {
    String shown = value == null ? "undefined" : IpldText.json(value, 200);
    return new InvalidEventException("Invalid value " + shown + " supplied to " + path);
  }

  String text(Ipld value) throws InvalidEventException {
    if (value instanceof Ipld.Text text) {
      return text.value();
    }
    throw bad(value);
  }

  Map<String, Ipld> map(Ipld value) throws InvalidEventException {
    if (value instanceof Ipld.Map map) {
      return map.entries();
    }
    throw bad(value);
  }

  void flag(Ipld value) throws InvalidEventException {
    if (!(value instanceof Ipld.Bool)) {
      throw bad(value);
    }
  }

  void texts(Ipld value) throws InvalidEventException {
    for (Ipld item : list(value)) {
      text(item);
    }
  }

  void streams(Ipld value) throws InvalidEventException {
    for (Ipld item : list(value)) {
      stream(item);
    }
  }

  void stream(Ipld value) throws InvalidEventException {
    try {
      StreamId.parse(text(value));
    } catch (IllegalArgumentException e) {
      throw bad(value);
    }
  }

  /** Demands that a map has these members and no other. */
  void exactly(Map<String, Ipld> map, String... names) throws InvalidEventException {
    for (String name : map.keySet()) {
      if (!List.of(names).contains(name)) {
        throw member(name, "never").bad(map.get(name));
      }
    }
  }

  private List<Ipld> list(Ipld value) throws InvalidEventException {
    if (value instanceof Ipld.List list) {
      return list.items();
    }
    throw bad(value);
  }
}
