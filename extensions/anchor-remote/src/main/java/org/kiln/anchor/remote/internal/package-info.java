/** How the anchor service's client attaches to the platform. */
package org.kiln.anchor.remote.internal;
