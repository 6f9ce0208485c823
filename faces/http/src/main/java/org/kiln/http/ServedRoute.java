package org.kiln.http;

import org.kiln.api.http.HttpRoute;

/** A route with its pattern, parsed once. */
record ServedRoute(HttpRoute route, PathPattern pattern) {
  static ServedRoute of(HttpRoute route) {
    return new ServedRoute(route, PathPattern.parse(route.pattern()));
  }
}
