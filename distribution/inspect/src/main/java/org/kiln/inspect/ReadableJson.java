package org.kiln.inspect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.ipld.Json;

/** JSON for people: indented, members in their order, links and bytes as DAG-JSON writes them. */
final class ReadableJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private ReadableJson() {}

  static String of(Ipld value) {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(lines);
    printer.indentArraysWith(lines);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonParser parser = FACTORY.createParser(Json.write(withoutBytes(value)));
        JsonGenerator generator = FACTORY.createGenerator(out)) {
      generator.setPrettyPrinter(printer);
      parser.nextToken();
      generator.copyCurrentStructure(parser);
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot be shown as JSON: " + e.getMessage(), e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Ipld withoutBytes(Ipld value) {
    return switch (value) {
      case Ipld.Bytes bytes ->
          Ipld.map("/", Ipld.map("bytes", Ipld.of(Multibase.BASE64.encodeBody(bytes.value()))));
      case Ipld.List list ->
          new Ipld.List(list.items().stream().map(ReadableJson::withoutBytes).toList());
      case Ipld.Map map -> {
        Ipld.Map.Builder copy = Ipld.Map.builder();
        map.entries().forEach((name, member) -> copy.put(name, withoutBytes(member)));
        yield copy.build();
      }
      default -> value;
    };
  }
}
