/** How plugins are kept within their bounds. */
package org.kiln.core.guard.internal;
