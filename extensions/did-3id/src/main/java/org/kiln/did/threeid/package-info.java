/**
 * The DID method {@code 3}: 3ID, accounts whose keys stand in a tile (legacy). Only reading: who
 * has such an account can go on writing, new ones are not made.
 */
package org.kiln.did.threeid;
