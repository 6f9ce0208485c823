package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.core.http.HttpManners;

/**
 * Where a request came in: by which listener, and in which manners what is no route's answer is
 * put.
 *
 * @param listener its name
 * @param manners of the API that the path belongs to; null for the gateway's own
 */
record Desk(String listener, HttpManners manners) {
  static Desk of(HttpServletRequest request, Manners manners) {
    String listener =
        request.getAttribute(HttpManners.LISTENER) instanceof String name ? name : HttpManners.MAIN;
    return new Desk(listener, manners.of(listener, request.getRequestURI()));
  }

  /** Marks an answer as the rules for other origins want it. */
  void mark(Cors cors, HttpServletRequest request, HttpServletResponse response) {
    if (manners == null) {
      cors.mark(request, response);
    } else {
      manners
          .headers(request.getRequestURI(), Optional.ofNullable(request.getHeader("Origin")))
          .forEach(response::setHeader);
    }
  }

  /** Answers an OPTIONS request. */
  void preflight(
      Cors cors, RouteTable table, HttpServletRequest request, HttpServletResponse response) {
    if (manners == null) {
      cors.preflight(request, response);
      return;
    }
    mark(cors, request, response);
    String path = request.getRequestURI();
    HttpReply.Body reply = manners.options(path, table.methods(path));
    response.setStatus(reply.status());
    reply.headers().forEach(response::setHeader);
    response.setContentLength(0);
  }

  /** What is answered where no route serves. */
  HttpReply unserved(String method, String path, Set<String> methods) {
    if (manners != null) {
      return manners.unserved(method, path, methods);
    }
    return methods.isEmpty()
        ? ErrorPages.notFound(method, path)
        : ErrorPages.notAllowed(method, path, methods);
  }

  HttpReply.Body problem(HttpProblem problem, HttpServletRequest request) {
    if (manners == null) {
      return ErrorPages.problem(problem);
    }
    HttpReply.Body reply =
        manners.problem(problem, Optional.ofNullable(request.getHeader("Accept")));
    Map<String, String> headers = new LinkedHashMap<>(ErrorPages.headers(problem));
    headers.putAll(reply.headers());
    return reply.withHeaders(headers);
  }
}
