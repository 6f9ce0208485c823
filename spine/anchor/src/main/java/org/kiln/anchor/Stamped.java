package org.kiln.anchor;

import org.kiln.ipld.event.DecodedEvent;

/**
 * A request with the time event that was made for it.
 *
 * @param leaf the request
 * @param event the time event on its tip, with all blocks that prove it
 */
record Stamped(Leaf leaf, DecodedEvent event) {}
