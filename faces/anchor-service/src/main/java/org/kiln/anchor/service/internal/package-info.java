/** How the anchor service attaches to the platform. */
package org.kiln.anchor.service.internal;
