/** Asking others over HTTP, bounded in time and size. */
package org.kiln.kit.http;
