/**
 * Lets a Ceramic Anchor Service do the anchoring. Like ceramic-one, it asks for one time event for
 * the root of each of our batches, not for one for each stream: the service hangs our tree into its
 * own, and our time events walk through both.
 */
package org.kiln.anchor.remote;
