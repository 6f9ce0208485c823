/** What the node knows of itself, from its configuration. */
package org.kiln.core.node.internal;
