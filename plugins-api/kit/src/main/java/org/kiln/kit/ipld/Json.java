package org.kiln.kit.ipld;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.text.JsNumber;

/**
 * Plain JSON with the semantics of JavaScript's {@code JSON.parse} and {@code JSON.stringify},
 * since clients compute CIDs from what those gave them: a whole number in the safe range is an
 * integer however it is written ({@code 1.0}, {@code -0}), any other number a double; of two
 * members with one name the last counts. Thread-safe.
 */
public final class Json {
  private Json() {}

  /**
   * Parses UTF-8 text.
   *
   * @throws CodecException when the text is no JSON, or too long or nested too deep
   */
  public static Ipld parse(byte[] text) throws CodecException {
    return JsonText.read(text, "JSON", Json::value);
  }

  /** Parses UTF-8 text that must be an object. */
  public static Ipld.Map parseMap(byte[] text) throws CodecException {
    if (parse(text) instanceof Ipld.Map map) {
      return map;
    }
    throw new CodecException("JSON: the value is not an object");
  }

  /**
   * Writes UTF-8 text as {@code JSON.stringify} would: links as {@code {"/": "cid"}}, bytes as an
   * object of numbers.
   */
  public static byte[] write(Ipld value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try {
      write(value, out);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot be written as JSON: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  /** Writes UTF-8 text to a stream, which stays open. */
  public static void write(Ipld value, OutputStream out) throws IOException {
    try (JsonGenerator generator = JsonText.FACTORY.createGenerator(out)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      put(value, generator);
    }
  }

  /**
   * The same value with its numbers as JavaScript holds them after decoding a block: floats that
   * are whole numbers in the safe range become integers.
   */
  public static Ipld numbers(Ipld value) {
    return switch (value) {
      case Ipld.Float64 number -> JsValue.of(number.value());
      case Ipld.List list -> new Ipld.List(list.items().stream().map(Json::numbers).toList());
      case Ipld.Map map -> {
        Ipld.Map.Builder entries = Ipld.Map.builder();
        map.entries().forEach((key, member) -> entries.put(key, numbers(member)));
        yield entries.build();
      }
      default -> value;
    };
  }

  private static Ipld value(JsonParser parser, JsonToken token) throws IOException, CodecException {
    return switch (token) {
      case START_OBJECT -> {
        Ipld.Map.Builder entries = Ipld.Map.builder();
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
          entries.put(key, value(parser, parser.nextToken()));
        }
        yield entries.build();
      }
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
          throw new CodecException(
              "JSON: number " + shortened(parser.getText()) + " is out of range");
        }
        yield JsValue.of(number);
      }
      case VALUE_TRUE -> Ipld.TRUE;
      case VALUE_FALSE -> Ipld.FALSE;
      case VALUE_NULL -> Ipld.NULL;
      default -> throw new CodecException("JSON: unexpected " + token);
    };
  }

  private static Ipld integer(JsonParser parser) throws IOException, CodecException {
    if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long number = parser.getLongValue();
      return Math.abs(number) < 1L << 53 && number != Long.MIN_VALUE
          ? Ipld.of(number)
          : JsValue.of((double) number);
    }
    BigInteger number = parser.getBigIntegerValue();
    if (!Double.isFinite(number.doubleValue())) {
      throw new CodecException("JSON: number " + shortened(parser.getText()) + " is out of range");
    }
    return JsValue.of(number);
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private static void put(Ipld value, JsonGenerator out) throws IOException {
    switch (value) {
      case Ipld.Null ignored -> out.writeNull();
      case Ipld.Bool bool -> out.writeBoolean(bool.value());
      case Ipld.Int number -> {
        if (number.value().bitLength() <= 63) {
          out.writeNumber(number.value().longValue());
        } else {
          out.writeNumber(number.value());
        }
      }
      case Ipld.Float64 number -> out.writeNumber(JsNumber.text(number.value()));
      case Ipld.Text text -> JsonText.writeText(out, text.value());
      case Ipld.List list -> {
        out.writeStartArray();
        for (Ipld item : list.items()) {
          put(item, out);
        }
        out.writeEndArray();
      }
      case Ipld.Map map -> {
        out.writeStartObject();
        for (Map.Entry<String, Ipld> entry : map.entries().entrySet()) {
          JsonText.writeName(out, entry.getKey());
          put(entry.getValue(), out);
        }
        out.writeEndObject();
      }
      case Ipld.Link link -> {
        out.writeStartObject();
        out.writeStringField("/", link.cid().toString());
        out.writeEndObject();
      }
      case Ipld.Bytes bytes -> {
        byte[] own = bytes.value();
        out.writeStartObject();
        for (int i = 0; i < own.length; i++) {
          out.writeNumberField(Integer.toString(i), own[i] & 0xff);
        }
        out.writeEndObject();
      }
    }
  }
}
