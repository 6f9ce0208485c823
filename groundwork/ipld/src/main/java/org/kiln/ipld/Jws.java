package org.kiln.ipld;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Multibase;
import org.kiln.kit.ipld.JsonText;

/**
 * A JWS with one signature.
 *
 * @param payload the payload bytes; of an event, the binary CID of the payload block
 * @param protectedHeader the protected header as signed: JSON text bytes
 * @param signature the signature bytes
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515">RFC 7515</a>
 */
public record Jws(byte[] payload, byte[] protectedHeader, byte[] signature) {
  private static final String CAPABILITY_SCHEME = "ipfs://";

  /**
   * The members of the protected header that Ceramic uses.
   *
   * @param alg the algorithm
   * @param kid the DID URL of the signing key, if named
   * @param capability CID of the capability block, if the header has cap
   */
  public record Header(String alg, Optional<String> kid, Optional<Cid> capability) {}

  /**
   * Parses the protected header.
   *
   * @throws CodecException when it is no JSON object, has no alg, or a cap that is no {@code
   *     ipfs://} CID
   */
  public Header header() throws CodecException {
    return JsonText.read(protectedHeader, "JWS header", Jws::header);
  }

  /**
   * The CID that is the payload.
   *
   * @throws CodecException when the payload is something else
   */
  public Cid payloadCid() throws CodecException {
    try {
      return Cid.of(payload);
    } catch (IllegalArgumentException e) {
      throw new CodecException("JWS payload is no CID: " + e.getMessage(), e);
    }
  }

  /** The signed bytes: base64url(protected) + "." + base64url(payload). */
  public byte[] signingInput() {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    int dot = (protectedHeader.length * 4 + 2) / 3;
    byte[] out = new byte[dot + 1 + (payload.length * 4 + 2) / 3];
    encoder.encode(protectedHeader, out);
    out[dot] = '.';
    byte[] tail = encoder.encode(payload);
    System.arraycopy(tail, 0, out, dot + 1, tail.length);
    return out;
  }

  /**
   * Parses the compact form {@code protected.payload.signature}.
   *
   * @throws CodecException when it has not three parts of base64url
   */
  public static Jws parseCompact(String text) throws CodecException {
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first < 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
      throw new CodecException("Not a compact JWS: it has not three parts");
    }
    try {
      return new Jws(
          Multibase.BASE64URL.decodeBody(text.substring(first + 1, second)),
          Multibase.BASE64URL.decodeBody(text.substring(0, first)),
          Multibase.BASE64URL.decodeBody(text.substring(second + 1)));
    } catch (IllegalArgumentException e) {
      throw new CodecException("Not a compact JWS: " + e.getMessage(), e);
    }
  }

  /** The compact form {@code protected.payload.signature}. */
  public String compact() {
    return Multibase.BASE64URL.encodeBody(protectedHeader)
        + "."
        + Multibase.BASE64URL.encodeBody(payload)
        + "."
        + Multibase.BASE64URL.encodeBody(signature);
  }

  private static Header header(JsonParser parser, JsonToken first)
      throws IOException, CodecException {
    if (first != JsonToken.START_OBJECT) {
      throw new CodecException("JWS header: not an object");
    }
    String alg = null;
    String kid = null;
    String cap = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
      switch (name) {
        case "alg" -> alg = text ? parser.getText() : null;
        case "kid" -> kid = text ? parser.getText() : null;
        case "cap" -> {
          if (!text) {
            throw new CodecException("JWS header: cap is no text");
          }
          cap = parser.getText();
        }
        default -> parser.skipChildren();
      }
      if (!text) {
        parser.skipChildren();
      }
    }
    if (alg == null) {
      throw new CodecException("JWS header: no alg");
    }
    return new Header(
        alg,
        Optional.ofNullable(kid),
        cap == null ? Optional.empty() : Optional.of(capability(cap)));
  }

  private static Cid capability(String cap) throws CodecException {
    if (!cap.startsWith(CAPABILITY_SCHEME)) {
      throw new CodecException("JWS header: cap is no ipfs:// address");
    }
    try {
      return Cid.parse(cap.substring(CAPABILITY_SCHEME.length()));
    } catch (IllegalArgumentException e) {
      throw new CodecException("JWS header: cap: " + e.getMessage(), e);
    }
  }
}
