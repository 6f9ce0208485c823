/** Component that publishes Kademlia. */
package org.kiln.net.kad.internal;
