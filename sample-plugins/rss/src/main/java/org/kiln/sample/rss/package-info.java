/** An HTTP route: the versions of a stream as an RSS feed. */
package org.kiln.sample.rss;
