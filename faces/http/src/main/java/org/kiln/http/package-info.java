/**
 * The gateway: one servlet that serves every {@link org.kiln.api.http.HttpRoute} of the node, with
 * limits, errors, cross-origin rules, and routes that come and go without a lost request.
 */
package org.kiln.http;
