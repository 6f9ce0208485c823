package org.kiln.http.v0;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/** An OpenAPI document as a page to read: no script, and nothing from elsewhere. */
final class ApiPage {
  static final String HTML = "text/html; charset=utf-8";

  /** What a browser may do with it. */
  static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
          "X-Content-Type-Options",
          "nosniff");

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <meta name="color-scheme" content="light dark">
      <title>%s</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
      h3 { margin: 2rem 0 0; font-family: ui-monospace, monospace; font-size: 1rem; overflow-wrap: anywhere }
      pre { overflow-x: auto; padding: .5rem .75rem; border: 1px solid color-mix(in srgb, currentColor 25%%, transparent); border-radius: 6px; font-size: .85rem }
      summary { cursor: pointer; min-height: 24px }
      code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
      p, ul { margin: .25rem 0 }
      </style>
      </head>
      <body>
      <main>
      <h1>%s</h1>
      <p>%s</p>
      <p>The same for programs: <a href="openapi.json">openapi.json</a>.</p>
      """;

  private final Ipld.Map document;
  private final StringBuilder out = new StringBuilder(64 << 10);

  private ApiPage(Ipld.Map document) {
    this.document = document;
  }

  /** The page of a document whose references are all into its own components. */
  static byte[] of(Ipld.Map document) {
    ApiPage page = new ApiPage(document);
    page.write();
    return page.out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write() {
    Ipld.Map info = map(document, "info");
    String title = escaped(text(info, "title"));
    out.append(HEAD.formatted(title, title, prose(text(info, "description"))));
    String base = "/api/v0";
    for (Ipld tag : ((Ipld.List) document.entries().get("tags")).items()) {
      String name = text((Ipld.Map) tag, "name");
      out.append("<h2>").append(escaped(name)).append("</h2>\n<p>");
      out.append(prose(text((Ipld.Map) tag, "description"))).append("</p>\n");
      map(document, "paths")
          .entries()
          .forEach(
              (path, item) ->
                  ((Ipld.Map) item)
                      .entries()
                      .forEach(
                          (method, operation) ->
                              operation(name, method, base + path, (Ipld.Map) operation)));
    }
    out.append("<h2>Objects</h2>\n");
    map(map(document, "components"), "schemas")
        .entries()
        .forEach(
            (name, schema) -> {
              out.append("<h3 id=\"").append(escaped(name)).append("\">").append(escaped(name));
              out.append("</h3>\n<pre tabindex=\"0\">");
              value(schema, 0);
              out.append("</pre>\n");
            });
    out.append("</main>\n</body>\n</html>\n");
  }

  private void operation(String tag, String method, String path, Ipld.Map operation) {
    if (!((Ipld.List) operation.entries().get("tags")).items().contains(Ipld.of(tag))) {
      return;
    }
    out.append("<h3 id=\"").append(escaped(text(operation, "operationId"))).append("\">");
    out.append(method.toUpperCase(Locale.ROOT)).append(' ').append(escaped(path)).append("</h3>\n");
    out.append("<p>").append(prose(text(operation, "summary"))).append(". ");
    out.append(prose(text(operation, "description"))).append("</p>\n");
    if (operation.entries().get("parameters") instanceof Ipld.List parameters) {
      out.append("<ul>\n");
      for (Ipld parameter : parameters.items()) {
        Ipld.Map one = (Ipld.Map) parameter;
        out.append("<li><code>").append(escaped(text(one, "name"))).append("</code> (");
        out.append(escaped(text(one, "in"))).append("): ");
        out.append(prose(text(one, "description"))).append("</li>\n");
      }
      out.append("</ul>\n");
    }
    part("Request body", operation.entries().get("requestBody"));
    part("Answers", operation.entries().get("responses"));
  }

  private void part(String title, Ipld value) {
    if (value != null) {
      out.append("<details><summary>").append(title).append("</summary>\n<pre tabindex=\"0\">");
      value(value, 0);
      out.append("</pre></details>\n");
    }
  }

  /** JSON to read: indented, and references are links. */
  private void value(Ipld value, int depth) {
    switch (value) {
      case Ipld.Map map when map.entries().get("$ref") instanceof Ipld.Text target -> {
        String name = target.value().substring(target.value().lastIndexOf('/') + 1);
        boolean shown = target.value().contains("/schemas/");
        out.append(shown ? "<a href=\"#" + escaped(name) + "\">" : "").append(escaped(name));
        out.append(shown ? "</a>" : "");
      }
      case Ipld.Map map -> {
        out.append('{');
        String before = "";
        for (Map.Entry<String, Ipld> member : map.entries().entrySet()) {
          out.append(before).append('\n').append("  ".repeat(depth + 1));
          out.append(escaped(member.getKey())).append(": ");
          value(member.getValue(), depth + 1);
          before = ",";
        }
        out.append('\n').append("  ".repeat(depth)).append('}');
      }
      case Ipld.List list -> {
        out.append('[');
        String before = "";
        for (Ipld item : list.items()) {
          out.append(before);
          value(item, depth);
          before = ", ";
        }
        out.append(']');
      }
      default -> out.append(escaped(new String(Json.write(value), StandardCharsets.UTF_8)));
    }
  }

  private static Ipld.Map map(Ipld.Map from, String name) {
    return (Ipld.Map) from.entries().get(name);
  }

  private static String text(Ipld.Map from, String name) {
    return from.text(name).orElse("");
  }

  /** Text with what stands between backquotes as code. */
  private static String prose(String text) {
    return escaped(text).replaceAll("`([^`]*)`", "<code>$1</code>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
