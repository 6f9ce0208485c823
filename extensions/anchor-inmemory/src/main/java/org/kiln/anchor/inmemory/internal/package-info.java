/** How the in-memory chain attaches to the platform. */
package org.kiln.anchor.inmemory.internal;
