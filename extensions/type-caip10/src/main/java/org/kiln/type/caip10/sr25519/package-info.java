/**
 * Verification of sr25519 signatures: Schnorr signatures over ristretto255 whose challenge comes
 * from a Merlin transcript, as Polkadot's wallets make them. Everything here works on public data
 * and makes no effort to take the same time for all of it: nothing of this package may ever see a
 * secret.
 */
package org.kiln.type.caip10.sr25519;
