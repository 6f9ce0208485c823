/** Who speaks what and listens where: identify, identify push, signed peer records. */
package org.kiln.libp2p.identify;
