/** A reader of the feed: who writes which streams, kept in a file of the plugin's own. */
package org.kiln.sample.authors;
