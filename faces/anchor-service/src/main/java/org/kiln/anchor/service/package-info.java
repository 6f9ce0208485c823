/**
 * The HTTP API of the Ceramic Anchor Service, so that other nodes can use this one to anchor:
 * another Kiln, js-ceramic, or ceramic-one. Thin: the anchor room keeps the requests and does the
 * work.
 */
package org.kiln.anchor.service;
