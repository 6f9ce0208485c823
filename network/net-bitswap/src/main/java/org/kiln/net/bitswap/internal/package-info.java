/** Component that publishes bitswap. */
package org.kiln.net.bitswap.internal;
