/** The component. */
package org.kiln.interests.internal;
