/** Hashes, keys and texts of the chains: packed into each bundle that uses them. */
package org.kiln.kit.crypto;
