/** How anchoring attaches to the platform. */
package org.kiln.anchor.internal;
