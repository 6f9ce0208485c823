/** A whole node in this process, in memory and without a network, to put requests to. */
package org.kiln.inspect.node;
