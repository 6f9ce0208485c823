package org.kiln.api.did;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Ipld;

/**
 * A resolved DID.
 *
 * @param id the DID
 * @param verificationMethods the keys that may sign, in the document's order
 * @param controllers DIDs that may act for this one, beside itself
 * @param updated when this version came into force, if the method has versions
 * @param nextUpdate when the next version came into force, if there is one
 * @param json the whole W3C document
 * @see <a href="https://www.w3.org/TR/did-core/#did-resolution">DID resolution</a>
 */
public record DidDocument(
    Did id,
    List<VerificationMethod> verificationMethods,
    Set<String> controllers,
    Optional<Instant> updated,
    Optional<Instant> nextUpdate,
    Ipld.Map json) {}
