package org.kiln.console;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/**
 * The page and the files it is made of. They lie in the bundle; nothing is fetched from anywhere
 * else, which the Content-Security-Policy holds the browser to.
 */
final class Assets {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  /** No dots but before the ending, so that no name leads out of the folder. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,60}(\\.min)?\\.[a-z0-9]{2,5}");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "woff2", "font/woff2",
          "txt", "text/plain; charset=utf-8");

  /** Addresses within the page; the page itself finds out what to show. */
  private static final List<String> PAGES =
      List.of(
          "/console",
          "/console/streams",
          "/console/streams/{stream}",
          "/console/collections",
          "/console/collections/{model}",
          "/console/query",
          "/console/plugins",
          "/console/plugins/{plugin}",
          "/console/anchors",
          "/console/peers",
          "/console/store",
          "/console/access");

  private final Map<String, File> files = new ConcurrentHashMap<>();

  private record File(byte[] bytes, String type, String tag) {}

  /** For everyone: the page has nothing to hide, what it shows comes from guarded routes. */
  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (String page : PAGES) {
      routes.add(
          new Route(page, HttpRoute.Access.PUBLIC, call -> reply(call, find("index.html").get())));
    }
    routes.add(new Route("/console/{page}", HttpRoute.Access.PUBLIC, this::noPage));
    routes.add(new Route("/console/assets/{file}", HttpRoute.Access.PUBLIC, this::asset));
    return routes;
  }

  /** In our look, with the way back; to everybody but people it is what it is. */
  private HttpReply noPage(HttpCall call) {
    File page = find("index.html").get();
    return HttpReply.of(404, page.type(), List.of(page.bytes())).withHeaders(headers(page));
  }

  private HttpReply asset(HttpCall call) throws HttpProblem {
    String name = call.variable("file");
    return reply(
        call,
        find(name)
            .orElseThrow(
                () -> new HttpProblem(404, "not-found", "The console has no file of that name")));
  }

  private static HttpReply reply(HttpCall call, File file) {
    return call.header("If-None-Match").filter(file.tag()::equals).isPresent()
        ? HttpReply.of(304, "", List.of()).withHeaders(headers(file))
        : HttpReply.of(200, file.type(), List.of(file.bytes())).withHeaders(headers(file));
  }

  /** Asked for again each time, and answered with 304: after an upgrade no old script lives on. */
  private static Map<String, String> headers(File file) {
    return Map.of(
        "Content-Security-Policy", POLICY,
        "X-Content-Type-Options", "nosniff",
        "Referrer-Policy", "no-referrer",
        "Cross-Origin-Opener-Policy", "same-origin",
        "Cache-Control", "no-cache",
        "ETag", file.tag());
  }

  private Optional<File> find(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    File known = files.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    try (InputStream in = Assets.class.getResourceAsStream("assets/" + name)) {
      if (in == null || type == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      File file = new File(bytes, type, tag(bytes));
      files.put(name, file);
      return Optional.of(file);
    } catch (IOException e) {
      throw new IllegalStateException("The console's file " + name + " cannot be read", e);
    }
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
