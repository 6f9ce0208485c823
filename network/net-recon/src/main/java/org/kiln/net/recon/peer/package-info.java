/** The space of peer keys, by which nodes find each other: the peer ring. */
package org.kiln.net.recon.peer;
