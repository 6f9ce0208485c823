/** Publishes the pages. */
package org.kiln.console.internal;
