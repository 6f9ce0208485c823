/** The component. */
package org.kiln.feed.internal;
