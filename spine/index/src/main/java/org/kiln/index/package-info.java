/** The index of documents: what writes it from the feed, and what is asked of it. */
package org.kiln.index;
