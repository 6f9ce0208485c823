/** The component. */
package org.kiln.imports.internal;
