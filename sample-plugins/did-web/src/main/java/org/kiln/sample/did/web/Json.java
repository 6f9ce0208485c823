package org.kiln.sample.did.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.ipld.Ipld;

/** JSON as IPLD values; bounded by the size of the document and 32 levels. */
final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(32).build())
          .build();

  private Json() {}

  /**
   * Reads one value.
   *
   * @throws IOException when it is no JSON, or something follows it
   */
  static Ipld read(byte[] json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      Ipld value = value(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new IOException("something follows the first value");
      }
      return value;
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Ipld value(JsonParser parser, JsonToken token) throws IOException {
    if (token == null) {
      throw new IOException("it ends too early");
    }
    return switch (token) {
      case START_OBJECT -> {
        Ipld.Map.Builder map = Ipld.Map.builder();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          map.put(name, value(parser, parser.nextToken()));
        }
        yield map.build();
      }
      case START_ARRAY -> {
        List<Ipld> items = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
          items.add(value(parser, t));
        }
        yield new Ipld.List(items);
      }
      case VALUE_STRING -> Ipld.of(parser.getText());
      case VALUE_NUMBER_INT -> new Ipld.Int(parser.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> new Ipld.Float64(parser.getDoubleValue());
      case VALUE_TRUE -> Ipld.TRUE;
      case VALUE_FALSE -> Ipld.FALSE;
      case VALUE_NULL -> Ipld.NULL;
      default -> throw new IOException("unexpected " + token);
    };
  }
}
