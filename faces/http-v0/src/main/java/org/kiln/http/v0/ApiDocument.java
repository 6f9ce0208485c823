package org.kiln.http.v0;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Json;

/**
 * {@code GET /api/v0/openapi.json} and, to read, {@code /api/v0/docs}: what this face serves, as
 * OpenAPI 3.1. The routes say what there is, {@code openapi.json} beside this class what each of
 * them takes and answers; one without the other is an error of ours. Thread-safe; made when it is
 * first asked for.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI 3.1</a>
 */
final class ApiDocument {
  private static final String RESOURCE = "openapi.json";
  private static final String BASE = "/api/v0";

  private final List<? extends HttpRoute> routes;
  private final String version;
  private volatile byte[] text;
  private volatile byte[] page;

  /**
   * Of those routes.
   *
   * @param routes may still grow until the document is asked for
   * @param version of the node
   */
  ApiDocument(List<? extends HttpRoute> routes, String version) {
    this.routes = routes;
    this.version = version;
  }

  HttpReply reply(HttpCall call) {
    byte[] made = text;
    if (made == null) {
      made = Json.write(document());
      text = made;
    }
    return HttpReply.json(made);
  }

  HttpReply page(HttpCall call) {
    byte[] made = page;
    if (made == null) {
      made = ApiPage.of(document());
      page = made;
    }
    return HttpReply.of(200, ApiPage.HTML, List.of(made)).withHeaders(ApiPage.HEADERS);
  }

  /** All that is described, whether it is served or not, as {@code GET /path}. */
  static Set<String> described() {
    Set<String> operations = new TreeSet<>();
    member(template(), "paths")
        .entries()
        .forEach(
            (path, item) ->
                ((Ipld.Map) item)
                    .entries()
                    .keySet()
                    .forEach(
                        method ->
                            operations.add(method.toUpperCase(Locale.ROOT) + " " + BASE + path)));
    return operations;
  }

  private Ipld.Map document() {
    Ipld.Map template = template();
    Ipld.Map info = member(template, "info").with("version", Ipld.of(version));
    return template.with("info", info).with("paths", paths(member(template, "paths")));
  }

  private Ipld paths(Ipld.Map described) {
    Ipld.Map paths = Ipld.Map.EMPTY;
    for (HttpRoute route : routes) {
      String path = route.pattern().substring(BASE.length());
      Ipld.Map all = member(described, path);
      Ipld.Map served =
          paths.entries().get(path) instanceof Ipld.Map before ? before : Ipld.Map.EMPTY;
      for (String method : new TreeSet<>(route.methods())) {
        String name = method.toLowerCase(Locale.ROOT);
        served = served.with(name, member(all, name));
      }
      paths = paths.with(path, served);
    }
    return paths;
  }

  private static Ipld.Map member(Ipld.Map map, String name) {
    if (map.entries().get(name) instanceof Ipld.Map found) {
      return found;
    }
    throw new IllegalStateException(RESOURCE + " does not describe " + name);
  }

  private static Ipld.Map template() {
    try (InputStream in = ApiDocument.class.getResourceAsStream(RESOURCE)) {
      return Json.parseMap(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CodecException e) {
      throw new IllegalStateException(RESOURCE + " is no JSON", e);
    }
  }
}
