package org.kiln.http;

import org.kiln.core.lending.Lent;

/**
 * What one method on one shape of path leads to. It outlives its routes, so that requests can wait
 * here while a bundle is replaced.
 *
 * @param counters of its requests
 * @param routes the route that is here, on loan
 */
record Place(String method, RouteCounters counters, Lent<?, ServedRoute> routes) {}
