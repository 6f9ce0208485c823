package org.kiln.kit.ipld;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.kit.text.JsNumber;

/**
 * DAG-JSON text: links as {@code {"/": "cid"}}, bytes as {@code {"/": {"bytes": "base64"}}}; keys
 * ordered by UTF-16 units as the JavaScript library does, no spaces. Integers and floats stay
 * apart. Thread-safe.
 *
 * @see <a href="https://ipld.io/specs/codecs/dag-json/spec/">DAG-JSON</a>
 */
public final class DagJson {
  private static final String RESERVED = "/";

  private DagJson() {}

  /**
   * Parses UTF-8 text.
   *
   * @throws CodecException when the text is no DAG-JSON, has a key twice, or is too long or nested
   *     too deep
   */
  public static Ipld parse(byte[] text) throws CodecException {
    return JsonText.read(text, "DAG-JSON", DagJson::value);
  }

  /**
   * Writes UTF-8 text.
   *
   * @throws IllegalArgumentException when the value holds a map that would read back as link or
   *     bytes
   */
  public static byte[] write(Ipld value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator generator = JsonText.FACTORY.createGenerator(out)) {
      put(value, generator);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot be written as DAG-JSON: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  private static Ipld value(JsonParser parser, JsonToken token) throws IOException, CodecException {
    return switch (token) {
      case START_OBJECT -> map(parser);
      case START_ARRAY -> {
        List<Ipld> items = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
          items.add(value(parser, t));
        }
        yield new Ipld.List(items);
      }
      case VALUE_STRING -> new Ipld.Text(parser.getText());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> {
        double number = parser.getDoubleValue();
        if (!Double.isFinite(number)) {
          throw new CodecException("DAG-JSON: number is out of range");
        }
        yield new Ipld.Float64(number);
      }
      case VALUE_TRUE -> Ipld.TRUE;
      case VALUE_FALSE -> Ipld.FALSE;
      case VALUE_NULL -> Ipld.NULL;
      default -> throw new CodecException("DAG-JSON: unexpected " + token);
    };
  }

  private static Ipld integer(JsonParser parser) throws IOException, CodecException {
    try {
      return new Ipld.Int(parser.getBigIntegerValue());
    } catch (IllegalArgumentException e) {
      throw new CodecException("DAG-JSON: integer is out of range", e);
    }
  }

  private static Ipld map(JsonParser parser) throws IOException, CodecException {
    Ipld.Map.Builder entries = Ipld.Map.builder();
    boolean reserved = false;
    int count = 0;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      reserved |= count++ == 0 && key.equals(RESERVED);
      if (entries.put(key, value(parser, parser.nextToken())) != null) {
        throw new CodecException("DAG-JSON: key \"" + key + "\" stands twice");
      }
    }
    Ipld.Map map = entries.build();
    return reserved ? special(map) : map;
  }

  /** What a map that begins with the reserved key stands for. */
  private static Ipld special(Ipld.Map map) throws CodecException {
    Ipld inner = map.entries().get(RESERVED);
    boolean alone = map.entries().size() == 1;
    if (inner instanceof Ipld.Text text) {
      if (!alone) {
        throw new CodecException("DAG-JSON: a link has no other members");
      }
      try {
        return Ipld.of(Cid.parse(text.value()));
      } catch (IllegalArgumentException e) {
        throw new CodecException("DAG-JSON: " + e.getMessage(), e);
      }
    }
    if (inner instanceof Ipld.Map bytes && bytes.entries().get("bytes") instanceof Ipld.Text text) {
      if (!alone || bytes.entries().size() != 1) {
        throw new CodecException("DAG-JSON: bytes have no other members");
      }
      return Ipld.Bytes.wrap(base64(text.value()));
    }
    return map;
  }

  private static byte[] base64(String text) throws CodecException {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') {
      end--;
    }
    try {
      return Multibase.BASE64.decodeBody(text.substring(0, end));
    } catch (IllegalArgumentException e) {
      throw new CodecException("DAG-JSON: bytes: " + e.getMessage(), e);
    }
  }

  private static void put(Ipld value, JsonGenerator out) throws IOException {
    switch (value) {
      case Ipld.Null ignored -> out.writeNull();
      case Ipld.Bool bool -> out.writeBoolean(bool.value());
      case Ipld.Int number -> out.writeNumber(number.value());
      case Ipld.Float64 number -> out.writeNumber(floatText(number.value()));
      case Ipld.Text text -> JsonText.writeText(out, text.value());
      case Ipld.List list -> {
        out.writeStartArray();
        for (Ipld item : list.items()) {
          put(item, out);
        }
        out.writeEndArray();
      }
      case Ipld.Map map -> putMap(map, out);
      case Ipld.Link link -> {
        out.writeStartObject();
        out.writeStringField(RESERVED, link.cid().toString());
        out.writeEndObject();
      }
      case Ipld.Bytes bytes -> {
        out.writeStartObject();
        out.writeObjectFieldStart(RESERVED);
        out.writeStringField("bytes", Multibase.BASE64.encodeBody(bytes.value()));
        out.writeEndObject();
        out.writeEndObject();
      }
    }
  }

  private static void putMap(Ipld.Map map, JsonGenerator out) throws IOException {
    if (isAmbiguous(map)) {
      throw new IllegalArgumentException(
          "A map with the key \"/\" would read back as a link or bytes");
    }
    String[] keys = map.entries().keySet().toArray(new String[0]);
    Arrays.sort(keys);
    out.writeStartObject();
    for (String key : keys) {
      JsonText.writeName(out, key);
      put(map.entries().get(key), out);
    }
    out.writeEndObject();
  }

  private static boolean isAmbiguous(Ipld.Map map) {
    Ipld inner = map.entries().get(RESERVED);
    return inner instanceof Ipld.Text
        || inner instanceof Ipld.Map bytes && bytes.entries().get("bytes") instanceof Ipld.Text;
  }

  /** A float shows that it is one: 1.0 is not the integer 1. */
  private static String floatText(double value) {
    String text = value == 0 && 1 / value < 0 ? "-0" : JsNumber.text(value);
    return text.indexOf('.') < 0 && text.indexOf('e') < 0 ? text + ".0" : text;
  }
}
