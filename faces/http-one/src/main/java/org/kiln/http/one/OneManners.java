package org.kiln.http.one;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.http.HttpManners;
import org.kiln.ipld.Json;

/**
 * ceramic-one's ways below {@code /ceramic}: which origins it names, what it answers to OPTIONS,
 * errors as {@code {"message": …}}, nothing in the body where it serves nothing. Who accepts {@code
 * application/problem+json} gets that (RFC 9457).
 */
public final class OneManners implements HttpManners {
  static final String JSON = "application/json";
  private static final String DOCUMENT = "application/problem+json";

  private final Set<String> origins;
  private final String firstOrigin;
  private final boolean everywhere;

  /**
   * Manners.
   *
   * @param origins those that may call, as they are written; the first is named to all others
   * @param everywhere whether all paths of the listener are its business, not only {@code /ceramic}
   */
  public OneManners(List<String> origins, boolean everywhere) {
    this.origins = Set.copyOf(origins);
    this.firstOrigin = origins.isEmpty() ? "*" : origins.get(0);
    this.everywhere = everywhere;
  }

  @Override
  public boolean covers(String path) {
    return everywhere || ours(path);
  }

  /** The two APIs of ceramic-one's port; beside another one only the first is there. */
  private boolean ours(String path) {
    return path.startsWith(Endpoint.BASE + "/") || everywhere && kubo(path);
  }

  private static boolean kubo(String path) {
    return path.startsWith(KuboEndpoint.BASE + "/");
  }

  @Override
  public Map<String, String> headers(String path, Optional<String> origin) {
    if (!ours(path)) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(
        "Access-Control-Allow-Origin", origin.filter(origins::contains).orElse(firstOrigin));
    headers.put("Access-Control-Allow-Methods", "POST, GET, OPTIONS, DELETE, PUT");
    headers.put("Access-Control-Allow-Headers", "*");
    if (origins.size() > 1) {
      headers.put("Vary", "Origin");
    }
    return headers;
  }

  @Override
  public HttpReply.Body options(String path, Set<String> methods) {
    return empty(methods.isEmpty() ? 404 : everywhere && kubo(path) ? 405 : 200);
  }

  @Override
  public HttpReply.Body unserved(String method, String path, Set<String> methods) {
    return methods.isEmpty() ? empty(404) : empty(405).with("Allow", String.join(", ", methods));
  }

  static HttpReply.Body empty(int status) {
    return HttpReply.of(status, "", List.of());
  }

  @Override
  public HttpReply.Body problem(HttpProblem problem, Optional<String> accept) {
    return wantsDocument(accept)
        ? HttpReply.of(problem.status(), DOCUMENT, List.of(document(problem)))
        : HttpReply.of(
            problem.status(),
            JSON,
            List.of(Json.write(Ipld.map("message", Ipld.of(problem.getMessage())))));
  }

  private static byte[] document(HttpProblem problem) {
    Map<String, Ipld> members = new LinkedHashMap<>();
    members.put("title", Ipld.of(problem.code().replace('-', ' ')));
    members.put("status", Ipld.of(problem.status()));
    members.put("detail", Ipld.of(problem.getMessage()));
    members.put("code", Ipld.of(problem.code()));
    problem.details().forEach((name, value) -> members.put(name, Ipld.of(value)));
    return Json.write(new Ipld.Map(members));
  }

  /** Whether problem documents are named among what a client accepts; any type is not enough. */
  static boolean wantsDocument(Optional<String> accept) {
    return accept.filter(types -> types.toLowerCase(Locale.ROOT).contains(DOCUMENT)).isPresent();
  }

  /** A body of JSON under ceramic-one's content type. */
  static HttpReply.Body json(Ipld value) {
    return HttpReply.of(200, JSON, List.of(Json.write(value)));
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
