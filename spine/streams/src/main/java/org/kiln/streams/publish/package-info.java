/**
 * Makes a changed state visible and tells how the stream has moved, once ({@link Publisher}), one
 * change of a stream at a time ({@link StreamLocks}). Knows {@code read} and what that knows, but
 * derives nothing itself.
 */
package org.kiln.streams.publish;
