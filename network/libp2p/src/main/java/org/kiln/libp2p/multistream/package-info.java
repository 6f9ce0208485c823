/** Agreeing on a protocol: multistream-select. */
package org.kiln.libp2p.multistream;
