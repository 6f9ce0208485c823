/** The component. */
package org.kiln.index.internal;
