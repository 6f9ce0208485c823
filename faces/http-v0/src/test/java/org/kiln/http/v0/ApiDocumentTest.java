package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/** The document says what is served, all of it and nothing else. */
class ApiDocumentTest {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  private static List<HttpRoute> routes(boolean readOnly) {
    FakeNode node = new FakeNode();
    try (V0Face face = readOnly ? node.readOnly() : node.face()) {
      return face.routes();
    }
  }

  private static Set<String> served(boolean readOnly) {
    Set<String> served = new TreeSet<>();
    for (HttpRoute route : routes(readOnly)) {
      route.methods().forEach(method -> served.add(method + " " + route.pattern()));
    }
    return served;
  }

  private static Ipld.Map document(boolean readOnly) throws Exception {
    HttpRoute route =
        routes(readOnly).stream()
            .filter(one -> one.pattern().equals("/api/v0/openapi.json"))
            .findFirst()
            .orElseThrow();
    HttpReply.Body reply = (HttpReply.Body) route.handle(null);
    return Json.parseMap(reply.parts().get(0));
  }

  private static Map<String, Ipld> members(Ipld value, String... names) {
    Ipld at = value;
    for (String name : names) {
      at = ((Ipld.Map) at).entries().get(name);
    }
    return ((Ipld.Map) at).entries();
  }

  private static Set<String> operations(Ipld.Map document) {
    Set<String> operations = new TreeSet<>();
    members(document, "paths")
        .forEach(
            (path, item) ->
                members(item)
                    .keySet()
                    .forEach(
                        method ->
                            operations.add(method.toUpperCase(Locale.ROOT) + " /api/v0" + path)));
    return operations;
  }

  @Test
  void shouldDescribeEveryRouteAndNothingElse() throws Exception {
    assertThat(ApiDocument.described()).isEqualTo(served(false));
    assertThat(operations(document(false))).isEqualTo(served(false));
  }

  @Test
  void shouldLeaveOutWhatANodeDoesNotServe() throws Exception {
    assertThat(operations(document(true)))
        .isEqualTo(served(true))
        .doesNotContain("POST /api/v0/streams/{streamid}/anchor");
  }

  @Test
  void shouldNameEachOperationOnceAndSayItsVariables() throws Exception {
    List<String> names = new ArrayList<>();
    members(document(false), "paths")
        .forEach(
            (path, item) -> {
              Set<String> variables = new HashSet<>();
              Matcher matcher = VARIABLE.matcher(path);
              while (matcher.find()) {
                variables.add(matcher.group(1));
              }
              for (Ipld operation : members(item).values()) {
                names.add(((Ipld.Map) operation).text("operationId").orElseThrow());
                assertThat(inPath(operation)).as(path).isEqualTo(variables);
                assertThat(members(operation, "responses")).as(path).isNotEmpty();
              }
            });
    assertThat(names).doesNotHaveDuplicates();
  }

  private static Set<String> inPath(Ipld operation) {
    Set<String> names = new HashSet<>();
    if (members(operation).get("parameters") instanceof Ipld.List parameters) {
      for (Ipld parameter : parameters.items()) {
        Ipld.Map map = (Ipld.Map) parameter;
        if (map.text("in").orElseThrow().equals("path")) {
          names.add(map.text("name").orElseThrow());
        }
      }
    }
    return names;
  }

  @Test
  void shouldReferOnlyToWhatIsThere() throws Exception {
    Ipld.Map document = document(false);
    Matcher reference =
        Pattern.compile("\"#/components/([a-zA-Z]+)/([a-zA-Z]+)\"")
            .matcher(new String(Json.write(document)));
    Set<String> found = new HashSet<>();
    while (reference.find()) {
      found.add(reference.group(2));
      assertThat(members(document, "components", reference.group(1)))
          .containsKey(reference.group(2));
    }
    assertThat(found).contains("StreamState", "Error", "Later");
  }

  @Test
  void shouldBeAPageThatNamesEachOperationAndFetchesNothing() throws Exception {
    HttpRoute route =
        routes(false).stream()
            .filter(one -> one.pattern().equals("/api/v0/docs"))
            .findFirst()
            .orElseThrow();
    HttpReply.Body reply = (HttpReply.Body) route.handle(null);
    String page = new String(reply.parts().get(0));
    for (String operation : served(false)) {
      assertThat(page).contains(">" + operation + "</h3>");
    }
    assertThat(page).contains("<a href=\"#StreamState\">", "<h3 id=\"StreamState\">");
    assertThat(page).doesNotContain("<script", "http://", "https://", "src=");
    assertThat(reply.headers().get("Content-Security-Policy")).startsWith("default-src 'none'");
  }

  @Test
  void rejectsARouteThatIsNotDescribed() {
    ApiDocument document =
        new ApiDocument(List.of(Endpoint.get("/new", call -> HttpReply.json(new byte[0]))), "1");
    assertThatThrownBy(() -> document.reply(null)).hasMessageContaining("/new");
  }
}
