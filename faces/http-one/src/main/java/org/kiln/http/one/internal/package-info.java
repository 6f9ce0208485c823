/** The component. */
package org.kiln.http.one.internal;
