/** Asking others over HTTP, bounded in time and size: packed into each bundle that uses it. */
package org.kiln.kit.http;
