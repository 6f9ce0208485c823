/** The encrypted channel: Noise XX with X25519, ChaCha20-Poly1305 and SHA-256. */
package org.kiln.libp2p.noise;
