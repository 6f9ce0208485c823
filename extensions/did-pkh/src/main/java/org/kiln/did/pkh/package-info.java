/**
 * The DID method {@code pkh}: blockchain accounts, and the wallet signatures of their capabilities.
 */
package org.kiln.did.pkh;
