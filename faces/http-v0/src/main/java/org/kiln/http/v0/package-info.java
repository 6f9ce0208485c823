/**
 * The HTTP API of js-ceramic 6 under {@code /api/v0}: routes over the stream service, each a small
 * class, and the JSON form of states. What deviates from js-ceramic: client faults are 4xx with the
 * same texts, and an admin request that is refused does nothing.
 */
package org.kiln.http.v0;
