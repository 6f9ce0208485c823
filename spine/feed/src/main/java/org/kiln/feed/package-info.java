/** Calls the readers of the feed that plugins bring, and shows how far they are. */
package org.kiln.feed;
