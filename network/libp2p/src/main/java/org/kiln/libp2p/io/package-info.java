/** Bytes in blocking style, and frames on them. */
package org.kiln.libp2p.io;
