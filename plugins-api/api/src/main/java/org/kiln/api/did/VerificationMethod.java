package org.kiln.api.did;

import org.kiln.api.ipld.Ipld;

/**
 * A key of a DID document.
 *
 * @param id the DID URL that names it
 * @param algorithms JWS algorithms it can verify, for example {@code EdDSA}; empty when it only
 *     agrees on keys or only names a blockchain account
 * @param publicKey the key's bytes as {@link SignatureSuite} takes them; empty when none
 * @param json the method as it stands in the DID document
 */
public record VerificationMethod(
    String id, java.util.Set<String> algorithms, byte[] publicKey, Ipld.Map json) {}
