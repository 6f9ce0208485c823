/** Identity keys, and signatures of all kinds of keys peers have. */
package org.kiln.libp2p.key;
