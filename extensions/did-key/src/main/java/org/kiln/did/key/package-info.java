/** The DID method {@code key} and the signature algorithms of its keys. */
package org.kiln.did.key;
