package org.kiln.ipld.event;

import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.ipld.Jws;

/**
 * The signed envelope of an event with what it refers to. Hashes are checked, the signature is not.
 *
 * @param envelope the DAG-JOSE block; its CID is the event's
 * @param jws the decoded envelope
 * @param header the decoded protected header
 * @param payload the payload block, whose CID is signed
 * @param capability the capability block named by the header, if any
 */
public record SignedEnvelope(
    Block envelope, Jws jws, Jws.Header header, Block payload, Optional<Block> capability) {}
