/** The service. */
package org.kiln.index.sqlite.internal;
