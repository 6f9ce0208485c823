package org.kiln.ipld;

import java.util.Optional;
import org.kiln.api.ipld.Cid;

/**
 * A JWS with one signature.
 *
 * @param payload the payload bytes; of an event, the binary CID of the payload block
 * @param protectedHeader the protected header as signed: JSON text bytes
 * @param signature the signature bytes
 */
public record Jws(byte[] payload, byte[] protectedHeader, byte[] signature) {

  /**
   * The members of the protected header that Ceramic uses.
   *
   * @param alg the algorithm
   * @param kid the DID URL of the signing key, if named
   * @param capability CID of the capability block, if the header has cap
   */
  public record Header(String alg, Optional<String> kid, Optional<Cid> capability) {}

  /** Parses the protected header. */
  public Header header() throws CodecException {
    throw new CodecException("pending");
  }

  /** The CID that is the payload. */
  public Cid payloadCid() throws CodecException {
    throw new CodecException("pending");
  }

  /** The signed bytes: base64url(protected) + "." + base64url(payload). */
  public byte[] signingInput() {
    throw new IllegalStateException("pending");
  }

  /** Parses the compact form protected.payload.signature. */
  public static Jws parseCompact(String text) throws CodecException {
    throw new CodecException("pending");
  }
}
